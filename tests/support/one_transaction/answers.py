"""What queries say of a table: the same text for a plain DuckDB table and for one in a lake."""

from random import Random
from typing import Any

import duckdb

Rows = list[Any]
_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, comment, column_default FROM duckdb_columns()
WHERE database_name = ? ORDER BY table_name, column_index
"""


def columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, Rows]:
    """Return name, type, whether NULL is allowed, comment and default's value of each column, by table."""
    found: dict[str, Rows] = {}
    described = connection.execute(_COLUMNS, [database]).fetchall()
    # Each catalog has its own text of a default.
    defaults = ", ".join(f"CAST(({default or 'NULL'}) AS {type_})::VARCHAR" for _, _, type_, *_, default in described)
    values = connection.execute(f"SELECT [{defaults}]").fetchall()[0][0]
    for (table, *column, _), value in zip(described, values, strict=True):
        found.setdefault(table, []).append((*column, value))
    return found


def rows(connection: duckdb.DuckDBPyConnection, table: str) -> Rows:
    """Return all rows, sorted as text."""
    return sorted(connection.execute(f"FROM {table}").fetchall(), key=repr)


def extremes(shape: Rows) -> list[str]:
    """Return queries for the minimum and maximum of each column, which statistics may answer.

    One a column: DuckDB asks the statistics only if they answer all that a query asks.
    """
    parts = ((column[0], f'min("{column[0]}")::VARCHAR, max("{column[0]}")::VARCHAR') for column in shape)
    return [f"SELECT 'min and max of {name}', [{part}] FROM {{t}}" for name, part in parts]


def queries(shape: Rows, content: Rows, random: Random | None = None) -> list[str]:
    """Return queries that DuckDB answers by the statistics of a table, or with their help.

    `random` chooses one of them, besides the extremes; None means all.
    """
    counts = ", ".join(f'count("{column[0]}")::VARCHAR' for column in shape)
    found = [f"SELECT 'count', [count(*)::VARCHAR, {counts}] FROM {{t}}"]
    for at, (name, type_, *_) in enumerate(shape):
        values = [row[at] for row in content if row[at] is not None]
        found += _about(f'"{name}"', type_, values)
        for path in _fields(duckdb.sqltype(type_)):
            field = ".".join(f'"{part}"' for part in (name, *path))
            wheres = [f"{field} = {value}" for value in _numbers(values, path)[:1]]
            wheres += [f"{field} IS NULL", f"{field} IS NOT NULL"]
            found += [f"SELECT $${where}$$, [count(*)::VARCHAR] FROM {{t}} WHERE {where}" for where in wheres]
    return [*extremes(shape), *([random.choice(found)] if random else found)]


def _fields(type_: Any) -> list[tuple[str, ...]]:
    """Return the path of each field of a STRUCT, also of those in structs."""
    fields = [(name, child) for name, child in type_.children if name] if type_.id == "struct" else []
    return [path for name, child in fields for path in ((name,), *((name, *rest) for rest in _fields(child)))]


def _numbers(values: list[Any], path: tuple[str, ...]) -> list[int]:
    for field in path:
        values = [value[field] for value in values if value[field] is not None]
    return [value for value in values if isinstance(value, int)]


def _about(name: str, type_: str, values: list[Any]) -> list[str]:
    is_scalar = type_.startswith("DECIMAL(") or not type_.endswith((")", "]"))
    ordered = sorted(set(values)) if is_scalar else []
    chosen = sorted({ordered[0], ordered[len(ordered) // 2], ordered[-1]}) if ordered else []
    conditions = [f"{name} {sign} '{value}'::{type_}" for value in chosen for sign in ("=", ">=")]
    others = [f"{name} IS NULL", f"{name} IS NOT NULL"]
    groups = f"(SELECT count(*) n FROM {{t}} GROUP BY {name})"
    grouped = f"SELECT '{name} groups', [count(*)::VARCHAR, sum(n)::VARCHAR] FROM {groups}"
    found = [f"SELECT $${where}$$, [count(*)::VARCHAR] FROM {{t}} WHERE {where}" for where in [*conditions, *others]]
    return [*found, grouped]


def ask(connection: duckdb.DuckDBPyConnection, texts: list[str], table: str) -> Rows:
    """Return the answers to the queries about a table."""
    return sorted(connection.execute(" UNION ALL ".join(texts).replace("{t}", table)).fetchall())
