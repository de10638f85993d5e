"""All versions of some objects, from which the schema at any snapshot is put together. Pure.

The whole past costs the same queries as one moment of it: rows are read once and filtered here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import msgspec

from dt_contract.schema import Lake, Schema, SchemaDocument, Table
from dt_snapshot import assemble

Row = tuple[Any, ...]
"""The object's id, begin_snapshot, end_snapshot, and what this version of it holds."""
Rows = Mapping[int, list[Row]]
"""Rows by the object's id, in the order in which the object lists them."""


class Versions(msgspec.Struct, frozen=True):
    """The versions of some objects. `is_history` says whether a schema and table name the history table.

    `read` makes SQL from what is stored.
    """

    schemas: list[Row]
    tables: Rows
    columns: Rows
    tags: Rows
    column_tags: Rows
    partitions: Rows
    sorts: Rows
    views: Rows
    macros: Rows
    is_history: Callable[[str, str], bool]
    read: Callable[[str], str]
    keywords: Callable[[], frozenset[str]]

    def at(self, snapshot: int, objects: Collection[int]) -> SchemaDocument:
        """Gives the schema at a snapshot, reduced to these objects, without options and fingerprint."""
        moment = _Moment(self, snapshot, objects)
        return SchemaDocument(
            lake=Lake(id=next((row[4] for row in self.schemas if row[3] == "main"), None), snapshot=snapshot),
            schemas=tuple(Schema(id=row[0], name=row[3]) for row in moment.schemas if row[0] in objects),
            tables=moment.tables(),
            views=assemble.views(
                ((row[0], *row[3:], moment.comments.get(row[0])) for row in moment.live(self.views)),
                moment.names,
                self.read,
            ),
            macros=assemble.macros(((row[0], *row[3:]) for row in moment.live(self.macros)), moment.names, self.read),
        )

    def live_at(self, snapshot: int) -> Callable[[int], bool]:
        """Return whether an object of an id was in the lake at a snapshot."""
        schemas = {row[0] for row in self.schemas if _is_live(row, snapshot)}

        def lives(object_id: int) -> bool:
            rows = (row for kind in (self.tables, self.views, self.macros) for row in kind.get(object_id, ()))
            return object_id in schemas or any(_is_live(row, snapshot) for row in rows)

        return lives

    def stated_at(self, snapshot: int, objects: Collection[int]) -> set[tuple[int, int | None, str]]:
        """Return which comments and defaults of these objects a snapshot set, even to what they were before.

        They are told by object, column (None for the object itself) and `comment` or `default`.
        """

        def begun(rows: Rows) -> Iterator[Row]:
            return (row for key in objects for row in rows.get(key, ()) if row[1] == snapshot)

        ended = {(key, *row[3:]) for key in objects for row in self.columns.get(key, ()) if row[2] == snapshot}
        stated: set[tuple[int, int | None, str]] = {(row[0], None, "comment") for row in begun(self.tags)}
        stated |= {(row[0], row[3], "comment") for row in begun(self.column_tags)}
        # A column's row is written again, as it was, for a default that it has already.
        return stated | {(row[0], row[3], "default") for row in begun(self.columns) if (row[0], *row[3:]) in ended}


def _is_live(row: Row, snapshot: int) -> bool:
    return bool(row[1] <= snapshot and (row[2] is None or row[2] > snapshot))


class _Moment:
    """The rows that were live at a snapshot."""

    def __init__(self, versions: Versions, snapshot: int, objects: Collection[int]) -> None:
        self._versions = versions
        self._snapshot = snapshot
        self._objects = objects
        self.schemas = [row for row in versions.schemas if _is_live(row, snapshot)]
        self.names: dict[int, str] = {row[0]: row[3] for row in self.schemas}
        self.comments: dict[int, str | None] = {row[0]: row[3] for row in self.live(versions.tags)}

    def live(self, rows: Rows) -> list[Row]:
        return [row for key in self._objects for row in rows.get(key, ()) if _is_live(row, self._snapshot)]

    def tables(self) -> tuple[Table, ...]:
        versions = self._versions
        comments = {(row[0], row[3]): row[4] for row in self.live(versions.column_tags)}
        columns = assemble.columns_by_table(
            [(row[0], *row[3:], comments.get((row[0], row[3]))) for row in self.live(versions.columns)],
            versions.keywords,
        )
        partitions = assemble.partition_keys(
            ((row[0], row[3], row[4]) for row in self.live(versions.partitions)), columns
        )
        return assemble.tables(
            [
                (row[0], *row[3:], self.comments.get(row[0]))
                for row in self.live(versions.tables)
                if not versions.is_history(self.names[row[4]], row[5])
            ],
            self.names,
            columns,
            assemble.keys_by_table(partitions),
            assemble.keys_by_table((row[0], row[3]) for row in self.live(versions.sorts)),
            {},
        )
