"""A rule holds in every spelling of the statements that it is about, and for no other tables and columns."""

import random
from collections.abc import Iterator, Sequence

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dt_config.config import Migrations
from dt_contract.migrations import Migration
from dt_lint.check import findings
from dt_lint.script.names import Home
from dt_lint.script.statements import Script, parse
from support.spelling import Name, fold, names, plain, respelled

MIGRATION = Migration(type="versioned", version=1, description="x", script="V1__x.sql", checksum="")
FEW = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
Part = str | int
REFUSED: dict[str, list[tuple[Part, ...]]] = {
    "the past of a table that has changed": [
        ("DELETE FROM", 0),
        ("SELECT * FROM", 0, "AT ( VERSION => 1 )"),
    ],
    "a nested column that is changed again": [
        ("ALTER TABLE", 0, "ADD COLUMN", 2, "STRUCT ( a INT )"),
        ("ALTER TABLE", 0, "RENAME", 2, "TO", 3),
    ],
    "a field of a new nested column": [
        ("ALTER TABLE", 0, "ADD COLUMN", 2, "STRUCT ( a INT )"),
        ("ALTER TABLE", 0, "DROP COLUMN", 2, ". a"),
    ],
    "a rename to the same name": [
        ("ALTER TABLE", 0, "ADD", 2, "INT"),
        ("ALTER TABLE", 0, "RENAME TO", 0),
    ],
}
"""Numbers stand for names: 0 and 1 for those of tables, 2 and 3 for those of columns."""
NOT_MAIN = names.filter(lambda name: fold(name) != "main")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def script(connection: duckdb.DuckDBPyConnection, statements: Sequence[str]) -> Script:
    return parse(connection, MIGRATION, ";\n".join(statements), Home.of("lake", "main"))


def is_refused(script: Script, settings: Migrations = Migrations()) -> bool:  # noqa: B008 (immutable)
    return bool(findings([script], settings))


def in_any_spelling(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    statements = REFUSED[data.draw(st.sampled_from(sorted(REFUSED)))]
    drawn = data.draw(st.lists(names, min_size=5, max_size=5, unique_by=fold))
    dice = data.draw(st.randoms(use_true_random=False))
    spelled = []
    for parts in statements:
        is_update = parts[0] == "UPDATE"
        whole = [Name(drawn[x], is_table=x < 2 and not is_update) if isinstance(x, int) else x for x in parts]
        spelled.append((plain(*whole), respelled(dice, *whole)))
    one, again = (script(connection, column) for column in zip(*spelled, strict=True))
    assert is_refused(one)
    assert is_refused(again)


def of_another_table(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    """The last statement is about another table, or one of that name in another schema."""
    statements = REFUSED[data.draw(st.sampled_from(sorted(REFUSED)))]
    drawn = data.draw(st.lists(NOT_MAIN, min_size=6, max_size=6, unique_by=fold))
    dice = data.draw(st.randoms(use_true_random=False))
    elsewhere = data.draw(st.sampled_from(((Name(drawn[4]),), (Name(drawn[5]), ".", Name(drawn[0])))))
    other = Name(drawn[4]) if len(elsewhere) == 1 else Name(drawn[1])
    spelled = []
    for at, parts in enumerate(statements):
        is_last = at == len(statements) - 1
        whole: list[str | Name] = []
        for index, part in enumerate(parts):
            if not isinstance(part, int):
                whole.append(part)
            elif is_last and part == 0:
                whole += elsewhere if index == 1 else [other]
            else:
                whole.append(Name(drawn[part]))
        spelled.append(respelled(dice, *whole))
    assert not is_refused(script(connection, spelled))


@FEW
@given(data=st.data())
def test_a_rule_holds_in_every_spelling(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    in_any_spelling(connection, data)


@pytest.mark.slow
@MANY
@given(data=st.data())
def test_a_rule_holds_in_every_spelling_many(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    in_any_spelling(connection, data)


@FEW
@given(data=st.data())
def test_a_rule_is_not_about_other_tables(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    of_another_table(connection, data)


@pytest.mark.slow
@MANY
@given(data=st.data())
def test_a_rule_is_not_about_other_tables_many(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    of_another_table(connection, data)


HISTORY = 'H"İß.history'
OWN: list[tuple[str | Name, ...]] = [
    ("ALTER TABLE", Name(HISTORY, is_table=True), "ADD z INT"),
    ("ALTER TABLE", Name("other", is_table=True), "RENAME TO", Name(HISTORY)),
    ("ALTER TABLE", Name(HISTORY), "RENAME TO", Name("other")),
    ("ALTER VIEW v RENAME TO", Name(HISTORY)),
    ("DELETE FROM", Name(HISTORY)),
    ("DELETE FROM lake . main .", Name(HISTORY)),
    ("TRUNCATE TABLE", Name(HISTORY)),
    ("UPDATE ONLY (", Name(HISTORY), ") SET checksum = 'x'"),
    ("INSERT INTO raw .", Name(HISTORY), "SELECT 1"),
    ("WITH", Name("a"), "AS ( SELECT 1 ) INSERT INTO", Name(HISTORY, is_table=True), "SELECT 1"),
    ("MERGE INTO", Name(HISTORY), "USING s ON true WHEN MATCHED THEN DELETE"),
    ("COPY", Name(HISTORY, is_table=True), "FROM 'x.csv'"),
    ("COMMENT ON TABLE", Name(HISTORY), "IS 'x'"),
    ("COMMENT ON COLUMN", Name(HISTORY), ". checksum IS 'x'"),
    ("CREATE OR REPLACE TABLE", Name(HISTORY), "AS SELECT 1"),
    ("CREATE VIEW", Name(HISTORY), "AS SELECT 1"),
    ("CREATE OR REPLACE TABLE", Name(HISTORY), "AS PIVOT ( SELECT 1 AS k ) ON k USING count(*)"),
    ("DROP TABLE IF EXISTS", Name(HISTORY)),
    ("DROP VIEW", Name(HISTORY)),
    ("PREPARE p AS DELETE FROM", Name(HISTORY)),
    ("EXPLAIN ANALYZE DELETE FROM", Name(HISTORY)),
    ("DROP SCHEMA", Name("Målt"), "CASCADE"),
    ("DROP SCHEMA IF EXISTS lake .", Name("Målt")),
    ("CREATE OR REPLACE SCHEMA", Name("Målt")),
]


@pytest.mark.parametrize("parts", OWN, ids=lambda parts: " ".join(str(getattr(part, "text", part)) for part in parts))
def test_the_own_table_is_kept_in_every_spelling(
    connection: duckdb.DuckDBPyConnection, parts: tuple[str | Name, ...]
) -> None:
    settings = Migrations(schema_history_table=HISTORY, target_schema="Målt")
    dice = random.Random(plain(*parts))
    for text in (plain(*parts), *(respelled(dice, *parts) for _ in range(20))):
        one = parse(connection, MIGRATION, text, Home.of("lake", settings.target_schema))
        assert is_refused(one, settings), text


@pytest.mark.parametrize(
    "parts",
    [
        ("DELETE FROM", Name("h")),
        ("DELETE FROM", Name(HISTORY.replace("ß", "SS"))),
        ("DROP TABLE", Name(HISTORY.replace('"', '""'))),
        ("CREATE TABLE t AS SELECT * FROM", Name(HISTORY)),
        ("COPY", Name(HISTORY), "TO 'x.csv'"),
        ("DROP SCHEMA", Name("MÅLT")),
    ],
    ids=str,
)
def test_what_is_not_the_own_table_may_change(
    connection: duckdb.DuckDBPyConnection, parts: tuple[str | Name, ...]
) -> None:
    settings = Migrations(schema_history_table=HISTORY, target_schema="Målt")
    assert not is_refused(script(connection, [plain(*parts)]), settings)
