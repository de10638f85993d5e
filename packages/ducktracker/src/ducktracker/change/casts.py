"""Values that are other ones where the type of a column is changed back: they are counted before."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dt_contract.schema import Column, SchemaDocument
from dt_diff.columns import nesting
from dt_diff.names import full_name
from dt_diff.sql.names import Home, sql_name
from dt_lake.lake import Lake
from ducktracker.change.counted import count


class _Cast(NamedTuple):
    """A column or field whose type changes: its path in the lake, the path that it is to have, and both types."""

    path: tuple[str, ...]
    called: tuple[str, ...]
    before: str
    after: str

    def condition(self) -> str:
        """Return the SQL for whether a row's value is another one after the cast, which doesn't fail for it."""
        value = sql_name(*self.path)
        there = f"TRY_CAST({value} AS {self.after})"
        return f"{there} IS NOT NULL AND TRY_CAST({there} AS {self.before}) IS DISTINCT FROM {value}"


def changed_by_casts(lake: Lake, home: Home, live: SchemaDocument, wanted: SchemaDocument) -> list[str]:
    """Return a line for each column of the live lake with values that its wanted type can't keep: one query."""
    there = {table.id: table for table in live.tables}
    found: list[tuple[str, _Cast]] = []
    counts: list[str] = []
    for table in wanted.tables:
        now = there.get(table.id)
        for cast in _casts(now.columns, table.columns, (), ()) if now else ():
            source = home.name(now.schema, now.name) if now else ""
            counts.append(f"SELECT {len(found)}, count(*) FROM {source} WHERE {cast.condition()}")
            found.append((full_name(table.schema, table.name, *cast.called), cast))
    if not found:
        return []
    rows = dict(lake.connection.execute(" UNION ALL ".join(counts)).fetchall())
    return [
        f"{called}: {count(rows[place], 'value')} {'is' if rows[place] == 1 else 'are'} changed by the cast from "
        f"{cast.before} to {cast.after}"
        for place, (called, cast) in enumerate(found)
        if rows[place]
    ]


def _casts(
    live: Sequence[Column], wanted: Sequence[Column], path: tuple[str, ...], called: tuple[str, ...]
) -> Iterator[_Cast]:
    there = {column.id: column for column in live}
    for column in wanted:
        now = there.get(column.id)
        if now is None or now.type == column.type or nesting(now) != nesting(column):
            continue
        own, name = (*path, now.name), (*called, column.name)
        if nesting(column) == "struct":
            yield from _casts(now.fields, column.fields, own, name)
        elif _is_alike(now, column):
            yield _Cast(own, name, now.type, column.type)


def _is_alike(one: Column, other: Column) -> bool:
    """Whether just the types of fields differ."""
    return len(one.fields) == len(other.fields) and all(
        was.name == now.name and was.id == now.id and _is_alike(was, now)
        for was, now in zip(one.fields, other.fields, strict=True)
    )
