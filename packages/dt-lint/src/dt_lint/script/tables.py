"""What a rule knows of each table of a transaction, under the name that the table has at the time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

import duckdb

from dt_contract.identifiers import fold
from dt_lake.lake import Lake
from dt_lake.sql import literal, name
from dt_lint.script.effect import Effect
from dt_lint.script.names import Name, SameObjects
from dt_lint.script.statements import Script

T = TypeVar("T")
Path = tuple[str, ...]
"""A column, or a field in one, folded."""
IN_CATALOG = "__ducklake_inlined_transaction_local_data"
"""What the virtual column `filename` says of rows that the open transaction keeps in the catalog."""
WITHOUT_EXTREMES = {"HUGEINT", "UHUGEINT"}
"""Types of which files know no minimum and maximum, and no query asks for them."""
_COMMITTED = """
SELECT schema_name, table_name, table_id FROM {table} t JOIN {schema} s USING (schema_id)
WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND lower(table_name) = lower({name})
"""
_TYPES = """
SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()
WHERE database_name = {} AND lower(table_name) = lower({})
"""


class Tables(Generic[T]):
    """The state of each table of the scripts that share a transaction.

    `new` makes it for the name that the table had before the transaction, None for one that the transaction creates.
    """

    def __init__(self, scripts: Sequence[Script], new: Callable[[Name | None], T]) -> None:
        effects = [statement.effect for script in scripts for statement in script.statements]
        self._same = SameObjects(name for effect in effects for name in effect.names)
        self._new = new
        self._states: dict[tuple[str, str], T] = {}

    def follow(self, effect: Effect) -> T | None:
        """Return the state of the table that a statement is about, which has run; None if it is about none."""
        if effect.target is None:
            return None
        keys = [self._same.key(name) for name in effect.names]
        if effect.creates == "table" and not effect.if_not_exists:
            self._states[keys[0]] = self._new(None)
        if keys[0] not in self._states:
            self._states[keys[0]] = self._new(effect.target)
        state = self._states[keys[0]]
        if effect.action in ("rename", "drop"):
            del self._states[keys[0]]
        if effect.action == "rename":
            self._states[keys[1]] = state
        return state

    def __iter__(self) -> Iterator[T]:
        return iter(self._states.values())


def committed_ids(lake: Lake, name: Name) -> list[int]:
    """Return the ids of the tables that a name may mean, as they were before the open transaction."""
    # SQL's lower() knows more letters than DuckDB's names do: what it finds is compared again.
    query = _COMMITTED.format(
        table=lake.metadata("ducklake_table"), schema=lake.metadata("ducklake_schema"), name=literal(name.name)
    )
    rows = lake.connection.execute(query).fetchall()
    return [table_id for schema, table, table_id in rows if name.may_be(schema, table)]


def has_committed(lake: Lake, name: Name | None, what: str, condition: str = "TRUE") -> bool:
    """Return whether one of DuckLake's metadata tables has a row about a table, from before the open transaction."""
    ids = committed_ids(lake, name) if name else []
    if not ids:
        return False
    listed = ", ".join(map(str, ids))
    query = f"SELECT count(*) FROM {lake.metadata(what)} WHERE table_id IN ({listed}) AND {condition}"
    return lake.connection.execute(query).fetchone() != (0,)


def present_names(lake: Lake, target: Name) -> list[tuple[str, str]]:
    """Return schema and table that a name means in the open transaction."""
    query = (
        f"SELECT DISTINCT schema_name, table_name FROM duckdb_columns() WHERE database_name = {literal(lake.catalog)} "
        f"AND lower(table_name) = lower({literal(target.name)})"
    )
    rows = lake.connection.execute(query).fetchall()
    return [(schema, table) for schema, table in rows if target.may_be(schema, table)]


def column_types(lake: Lake, target: Name, column: str | None = None) -> Iterator[tuple[tuple[str, str], str, str]]:
    """Yield schema and table, folded name and type of the columns, or of one, that a table has in the transaction."""
    query = _TYPES.format(literal(lake.catalog), literal(target.name))
    for schema, table, found, type_ in lake.connection.execute(query).fetchall():
        if target.may_be(schema, table) and column in (None, fold(found)):
            yield (schema, table), fold(found), type_


def plain_types(lake: Lake, target: Name, column: str | None = None) -> dict[tuple[str, str], dict[Path, str]]:
    """Return the types of a table's columns, or one, that are not nested, and of fields of STRUCTs, by its place."""
    found: dict[tuple[str, str], dict[Path, str]] = {}
    for place, name_, text in column_types(lake, target, column):
        is_nested = text.startswith(("STRUCT(", "MAP(")) or text.endswith("]")
        types = _plain_fields(duckdb.sqltype(text)) if is_nested else [((), text)]
        found.setdefault(place, {}).update(((name_, *path), type_) for path, type_ in types)
    return found


def _plain_fields(type_: object) -> Iterator[tuple[Path, str]]:
    if not isinstance(type_, duckdb.sqltypes.DuckDBPyType) or type_.id not in ("struct", "list", "array", "map"):
        yield (), str(type_)
    elif type_.id == "struct":
        for field_, child in type_.children:
            yield from (((fold(field_), *path), found) for path, found in _plain_fields(child))


def renamed_path(path: Path, effect: Effect) -> Path | None:
    """Return the name that a column, or field, has after a statement; None if that drops it."""
    if effect.action not in ("drop_column", "rename_column") or path[: len(effect.path)] != effect.path:
        return path
    return (*effect.path[:-1], effect.new_name, *path[len(effect.path) :]) if effect.new_name else None


def renamed_paths(paths: Iterable[Path], effect: Effect) -> set[Path]:
    """Return the names that columns, or fields, have after a statement, without those that it drops."""
    return {new for old in paths if (new := renamed_path(old, effect))}


def with_files(lake: Lake, place: tuple[str, str]) -> str:
    """Return a table as a source of rows in which `filename` is DuckLake's virtual column.

    A column of the table that is called so has the name of `beside_files` there.
    """
    table = name(lake.catalog, *place)
    query = (
        f"SELECT column_name FROM duckdb_columns() WHERE (database_name, schema_name, table_name) = "
        f"({', '.join(map(literal, (lake.catalog, *place)))}) ORDER BY column_index"
    )
    columns = [row[0] for row in lake.connection.execute(query).fetchall()]
    written = [beside_files(column) for column in columns]
    return table if written == columns else f"{table} AS ducktracker_rows({', '.join(map(name, written))})"


def beside_files(column: str) -> str:
    """Return the name of a column among `with_files`."""
    return "ducktracker_filename" if fold(column) == "filename" else column


def field(path: Path) -> str:
    """Return SQL of a column, or a field in it, among `with_files`: in brackets, so that it is never a table's."""
    return ".".join((f"({name(beside_files(path[0]))})", *map(name, path[1:])))
