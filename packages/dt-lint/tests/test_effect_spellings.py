"""What a statement does is the same in every spelling of it, and it is what DuckDB does."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dt_contract.migrations import Migration
from dt_lint.script.names import Home
from dt_lint.script.statements import Statement, parse
from support.spelling import Name, fold, names, plain, respelled

MIGRATION = Migration(type="versioned", version=1, description="x", script="V1__x.sql", checksum="")
FEW = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
SHAPES: list[tuple[Any, ...]] = [
    ("ALTER TABLE", 0, "ADD COLUMN", 1, "INT DEFAULT 1"),
    ("ALTER TABLE IF EXISTS", 0, "ADD", 1, "INT"),
    ("ALTER TABLE", 0, "DROP", 1),
    ("ALTER TABLE", 0, "RENAME", 1, "TO", 2),
    ("ALTER TABLE", 0, "RENAME TO", 2),
    ("ALTER TABLE", 0, "ALTER", 1, "TYPE BIGINT"),
    ("ALTER TABLE", 0, "ALTER COLUMN", 1, "SET DEFAULT 'x'"),
    ("ALTER TABLE", 0, "SET SORTED BY (", 1, ")"),
    ("ALTER TABLE", 0, "RESET PARTITIONED BY"),
    ("CREATE OR REPLACE TABLE", 0, "(", 1, "INT )"),
    ("CREATE TABLE IF NOT EXISTS", 0, "AS SELECT 1 AS", 1),
    ("INSERT INTO", 0, "SELECT 1 AS", 1),
    ("WITH", 3, "AS ( SELECT 1 ) ,", 4, "AS ( SELECT 2 ) UPDATE", 0, "SET", 1, "= 1"),
    ("EXPLAIN ANALYZE DELETE FROM", 0, "WHERE", 1, "= 1"),
    ("COPY", 0, "(", 1, ") FROM 'x'"),
    ("MERGE INTO", 0, "USING", 3, "ON true WHEN MATCHED THEN DELETE"),
    ("PREPARE", 4, "AS DELETE FROM", 0),
]
IN_STRINGS = ("CREATE", "INSERT", "ALTER", "EXPLAIN", "PREPARE", "COPY")
"""Where the name of a table may be a string."""


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def read(connection: duckdb.DuckDBPyConnection, text: str) -> Statement:
    return parse(connection, MIGRATION, text, Home.of("Lake", "main")).statements[-1]


def spell_again(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from(SHAPES))
    drawn = data.draw(st.lists(names, min_size=5, max_size=5, unique_by=fold))
    may_be_string = shape[0].split()[0] in IN_STRINGS
    parts = [
        Name(drawn[part], is_table=part == 0 and may_be_string) if isinstance(part, int) else part for part in shape
    ]
    expected = read(connection, plain(*parts)).effect
    again = read(connection, respelled(data.draw(st.randoms()), *parts)).effect
    assert again == expected
    assert [name.name for name in expected.names[:1]] == [fold(drawn[0])]
    assert expected.path in ((), (fold(drawn[1]),))
    assert expected.new_name in ("", fold(drawn[2]))


@FEW
@given(data=st.data())
def test_another_spelling_has_the_same_effect(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    spell_again(connection, data)


@pytest.mark.slow
@MANY
@given(data=st.data())
def test_another_spelling_has_the_same_effect_many(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    spell_again(connection, data)


def alter_one_of_two(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    """The name that is read is that of the table that DuckDB changes, and the other column's is not that."""
    one, two, column = data.draw(st.lists(names, min_size=3, max_size=3, unique_by=fold))
    table, old = Name(one, is_table=True), Name(two)
    sql = respelled(data.draw(st.randoms()), "ALTER TABLE", table, "RENAME", old, "TO", Name(column))
    connection.execute("BEGIN")
    try:
        for name in (one, two):
            connection.execute(plain("CREATE TABLE", Name(name), "(", Name(one), "INT,", Name(two), "INT )"))
        statement = read(connection, sql)
        connection.execute(statement.sql)
        columns = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    finally:
        connection.execute("ROLLBACK")
    found = statement.effect
    assert found.target is not None
    changed = [(fold(where), fold(name)) for where, name in columns if fold(name) == fold(column)]
    assert changed == [(found.target.name, found.new_name)]


@FEW
@given(data=st.data())
def test_duckdb_changes_what_was_read(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    alter_one_of_two(connection, data)


@pytest.mark.slow
@MANY
@given(data=st.data())
def test_duckdb_changes_what_was_read_many(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    alter_one_of_two(connection, data)
