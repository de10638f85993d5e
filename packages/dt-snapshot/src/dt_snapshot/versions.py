"""All versions of some objects, from which the schema at any snapshot is put together. Pure.

The whole past costs the same queries as one moment of it: rows are read once and filtered here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from dt_contract.schema import Lake, Schema, SchemaDocument, Table
from dt_lake.meaning import tampered
from dt_snapshot import assemble
from dt_snapshot.rows import (
    ColumnCommentRow,
    ColumnRow,
    CommentRow,
    MacroRow,
    PartitionRow,
    R,
    SchemaRow,
    SortRow,
    TableRow,
    ViewRow,
)

Grouped: TypeAlias = Mapping[int, list[R]]
"""Rows by the object's id, in the order in which the object lists them."""


class Versions(msgspec.Struct, frozen=True):
    """The versions of some objects. `is_history` says whether a schema and table name the history table.

    `read` makes SQL from what is stored.
    """

    schemas: list[SchemaRow]
    tables: Grouped[TableRow]
    columns: Grouped[ColumnRow]
    comments: Grouped[CommentRow]
    column_comments: Grouped[ColumnCommentRow]
    partitions: Grouped[PartitionRow]
    sorts: Grouped[SortRow]
    views: Grouped[ViewRow]
    macros: Grouped[MacroRow]
    is_history: Callable[[str, str], bool]
    read: Callable[[str], str]
    keywords: Callable[[], frozenset[str]]

    def at(self, snapshot: int, objects: Collection[int] | None = None) -> SchemaDocument:
        """Return the schema at a snapshot, reduced to these objects if given, without options and fingerprint."""
        moment = _Moment(self, snapshot, objects)
        return SchemaDocument(
            lake=Lake(id=next((row.uuid for row in self.schemas if row.name == "main"), None), snapshot=snapshot),
            schemas=tuple(
                Schema(id=row.object_id, name=row.name)
                for row in moment.schemas
                if objects is None or row.object_id in objects
            ),
            tables=moment.tables(),
            views=assemble.views(moment.live(self.views), moment.comments, moment.names, self.read),
            macros=assemble.macros(moment.live(self.macros), moment.names, self.read),
        )

    def live_at(self, snapshot: int) -> Callable[[int], bool]:
        """Return whether an object of an id was in the lake at a snapshot."""
        schemas = {row.object_id for row in self.schemas if _is_live(row, snapshot)}

        def lives(object_id: int) -> bool:
            kinds: tuple[Grouped[Any], ...] = (self.tables, self.views, self.macros)
            rows = (row for kind in kinds for row in kind.get(object_id, ()))
            return object_id in schemas or any(_is_live(row, snapshot) for row in rows)

        return lives

    def stated_at(self, snapshot: int, objects: Collection[int]) -> set[tuple[int, int | None, str]]:
        """Return which comments and defaults of these objects a snapshot set, even to what they were before.

        They are told by object, column (None for the object itself) and `comment` or `default`.
        """

        def begun(rows: Grouped[R]) -> Iterator[R]:
            return (row for key in objects for row in rows.get(key, ()) if row[1] == snapshot)

        ended = {(key, *row[3:]) for key in objects for row in self.columns.get(key, ()) if row.end == snapshot}
        stated: set[tuple[int, int | None, str]] = {(row.object_id, None, "comment") for row in begun(self.comments)}
        stated |= {(row.object_id, row.column_id, "comment") for row in begun(self.column_comments)}
        # A column's row is written again, as it was, for a default that it has already.
        again = (row for row in begun(self.columns) if (row.object_id, *row[3:]) in ended)
        return stated | {(row.object_id, row.column_id, "default") for row in again}


def _is_live(row: tuple[Any, ...], snapshot: int) -> bool:
    return bool(row[1] <= snapshot and (row[2] is None or row[2] > snapshot))


class _Names(dict[int, str]):
    """The names of schemas by their ids."""

    def __missing__(self, schema: int) -> str:
        raise tampered(f"the lake's catalog has objects in schema {schema}, which it doesn't have", None)


class _Moment:
    """The rows that were live at a snapshot."""

    def __init__(self, versions: Versions, snapshot: int, objects: Collection[int] | None) -> None:
        self._versions = versions
        self._snapshot = snapshot
        self._objects = objects
        self.schemas = [row for row in versions.schemas if _is_live(row, snapshot)]
        self.names = _Names({row.object_id: row.name for row in self.schemas})
        self.comments = {row.object_id: row.value for row in self.live(versions.comments)}

    def live(self, rows: Grouped[R]) -> list[R]:
        objects = rows if self._objects is None else self._objects
        return [row for key in objects for row in rows.get(key, ()) if _is_live(row, self._snapshot)]

    def tables(self) -> tuple[Table, ...]:
        versions = self._versions
        comments = {(row.object_id, row.column_id): row.value for row in self.live(versions.column_comments)}
        columns = assemble.columns_by_table(self.live(versions.columns), comments, versions.keywords)
        return assemble.tables(
            [row for row in self.live(versions.tables) if not versions.is_history(self.names[row.schema_id], row.name)],
            self.comments,
            self.names,
            columns,
            assemble.partition_keys(self.live(versions.partitions), columns),
            assemble.sort_keys(self.live(versions.sorts)),
        )
