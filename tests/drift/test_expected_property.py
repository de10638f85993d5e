"""What is expected of a lake that drifts is what the migrations alone make of an empty one."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, event, given, settings
from msgspec.structs import replace

from dt_config.config import Config, Connection
from dt_contract.schema import SchemaDocument, Table, View
from dt_history.commit import last_committed_snapshot
from dt_history.read import read_history
from dt_history.table import NewRow, append, make_table
from dt_lake.lake import Lake, open_lake
from dt_lake.transaction import transaction
from dt_snapshot.fingerprint import fingerprint
from dt_snapshot.options import with_options
from dt_snapshot.reader import read_schema
from ducktracker.drift.checkpoint import keep_copy
from ducktracker.drift.expectation import expected_schema
from support.postgres import Postgres
from support.random_turns import TURNS, Turn

SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def holds(lake: Lake, alone: Lake, turns: list[Turn], start: list[str]) -> None:
    """Execute all of it in the lake, and the migrations in the other one, and compare after each."""
    make_table(lake)
    assert migrated(lake, ";".join(start))
    alone.connection.execute(";".join(start))
    for number, (by_hand, statement, kept) in enumerate(turns):
        if is_fatal(statement, lake) or is_fatal(statement, alone):
            continue
        if by_hand:
            executed(partial(lake.connection.execute, statement))
            continue
        if is_ambiguous(expected(lake), read_schema(lake), statement):
            event("a name that means something else by now")
            return
        before, was = read_schema(alone), read_schema(lake)
        if not in_both(alone, lake, statement):
            continue
        after, now = read_schema(alone), read_schema(lake)
        if same(was, now) and not same(before, after):
            event("a statement that found its work done")
            return
        if kept:
            keep_copy(lake, last_committed_snapshot(lake))
        found = expected(lake)
        if is_doubled(found):
            event("two of one name")
            return
        event(f"{sum(turn.by_hand for turn in turns[:number])} by hand before")
        assert fingerprint(found) == fingerprint(without_options(after)), (found, after, turns[: number + 1])


def expected(lake: Lake) -> SchemaDocument:
    history = read_history(lake)
    if not history.rows:
        return without_options(read_schema(lake))
    with transaction(lake.connection):
        return without_options(expected_schema(lake, history))


def without_options(schema: SchemaDocument) -> SchemaDocument:
    return replace(with_options(schema, None), options=None)


def same(before: SchemaDocument, after: SchemaDocument) -> bool:
    return fingerprint(before) == fingerprint(after)


def is_fatal(statement: str, lake: Lake) -> bool:
    """Whether it comments on a missing column, which ends DuckDB (ducklake-facts.md#internal-errors-end-duckdb)."""
    found = re.match(r"COMMENT ON COLUMN (\w+)\.(\w+)\.(\w+) ", statement)
    if found is None:
        return False
    schema, name, column = found.groups()
    tables = (table for table in read_schema(lake).tables if (table.schema, table.name) == (schema, name))
    return not any(item.name == column for table in tables for item in table.columns)


def in_both(alone: Lake, lake: Lake, statement: str) -> bool:
    """Execute a migration in both lakes, or in none if one of them refuses it."""

    def run() -> None:
        with transaction(alone.connection):
            alone.connection.execute(statement)
            if not migrated(lake, statement):
                raise duckdb.Error("refused in the lake that drifted")

    return executed(run)


def executed(run: Callable[[], object]) -> bool:
    try:
        run()
    except (duckdb.InternalException, duckdb.FatalException):
        raise
    except duckdb.Error:
        return False
    return True


def migrated(lake: Lake, statement: str) -> bool:
    rank = max((row.installed_rank for row in read_history(lake).rows), default=0) + 1

    def run() -> None:
        with transaction(lake.connection):
            lake.connection.execute(statement)
            append(lake, rank, [NewRow("versioned", rank, "", f"V{rank}__x.sql", "sum")])

    return executed(run)


def is_ambiguous(expected: SchemaDocument, live: SchemaDocument, statement: str) -> bool:
    """Whether somebody gave a name in the statement to another object that is expected to have another one.

    Objects are followed by id, so that the migration does not alter what it would alter alone.
    """
    here = {table.id: table for table in live.tables}
    names = {(table.schema, table.name): table.id for table in live.tables}
    for table in expected.tables:
        place = (table.schema, table.name)
        if ".".join(place) in statement and table.id in here and names.get(place, table.id) != table.id:
            return True
    return any(_swapped(table, here[table.id], statement) for table in expected.tables if table.id in here)


def _swapped(expected: Table, live: Table, statement: str) -> bool:
    ids, names = {column.id for column in live.columns}, {column.name: column.id for column in live.columns}
    own = {column.id for column in expected.columns}
    moved = (c for c in expected.columns if names.get(c.name, c.id) != c.id and (c.id in ids or names[c.name] in own))
    fields = (
        _swapped(replace(expected, columns=c.fields), replace(live, columns=other.fields), statement)
        for c in expected.columns
        for other in live.columns
        if c.id == other.id and c.fields
    )
    return any(re.search(rf"\b{column.name}\b", statement) for column in moved) or any(fields)


def is_doubled(schema: SchemaDocument) -> bool:
    items: tuple[Table | View, ...] = (*schema.tables, *schema.views)
    relations = Counter((item.schema, item.name) for item in items)
    columns = (Counter(column.name for column in table.columns) for table in schema.tables)
    return any(count > 1 for count in relations.values()) or any(
        count > 1 for counter in columns for count in counter.values()
    )


START = [
    *("CREATE SCHEMA s1", "CREATE SCHEMA s2", "CREATE TABLE s1.a (p INTEGER, q INTEGER, r STRUCT(p INTEGER))"),
    *("CREATE TABLE s2.a (p INTEGER, q INTEGER)", "CREATE VIEW s1.w AS SELECT 0 AS x", "CREATE MACRO s1.m(x) AS 0"),
]


@contextmanager
def lake_in(folder: Path, server: Postgres | None = None) -> Iterator[Lake]:
    connection = Connection(catalog_name="lake", duckdb_metadata_path=str(folder / "lake.db"))
    if server:
        dsn = server.new_database().keywords()
        data = str(folder / "data")
        connection = Connection(
            catalog_name="lake", catalog_backend="postgres", postgres_connection=dsn, data_path=data
        )
    with open_lake(Config(connection=connection), write=True, create=True) as lake:
        lake.connection.execute("USE lake")
        yield lake


def compared(turns: list[Turn], server: Postgres | None = None) -> None:
    with (
        TemporaryDirectory() as one,
        TemporaryDirectory() as other,
        lake_in(Path(one), server) as lake,
        lake_in(Path(other)) as alone,
    ):
        holds(lake, alone, turns, START)


@settings(SETTINGS, max_examples=10)
@given(turns=TURNS)
def test_duckdb(turns: list[Turn]) -> None:
    compared(turns)


@settings(SETTINGS, max_examples=4)
@given(turns=TURNS)
def test_postgres(postgres: Postgres, turns: list[Turn]) -> None:
    compared(turns, postgres)


@pytest.mark.slow
@settings(SETTINGS, max_examples=300, derandomize=False)
@given(turns=TURNS)
def test_many_on_duckdb(turns: list[Turn]) -> None:
    compared(turns)


@pytest.mark.slow
@settings(SETTINGS, max_examples=300, derandomize=False)
@given(turns=TURNS)
def test_many_on_postgres(postgres: Postgres, turns: list[Turn]) -> None:
    compared(turns, postgres)
