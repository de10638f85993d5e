"""Brings the columns that tables have lost back, table by table, and says of each how many values it has."""

from collections.abc import Sequence

from msgspec.structs import replace

from dt_contract.errors import Refused
from dt_contract.schema import SchemaDocument, Table
from dt_diff.names import full_name
from dt_diff.sql.literals import is_literal
from dt_diff.sql.names import Home, sql_name
from dt_lake.lake import Lake
from ducktracker.change.back_in_table import BackInTable, Counts, Item
from ducktracker.change.counted import come, count
from ducktracker.change.fill import filling
from ducktracker.change.in_the_way import table_of
from ducktracker.change.missing import MissingColumn
from ducktracker.change.past import Found, Past, path_to
from ducktracker.change.with_column import with_changed, with_column
from ducktracker.drift.carry_over import Nested, keys_of

_NO_EXPRESSION = "as DuckLake takes one that is no literal only with CREATE TABLE"


class Draft:
    """What is gathered table by table."""

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.statements: list[str] = []
        self.told: list[str] = []
        self.left: list[str] = []
        self.empty: set[tuple[str, str]] = set()


class ColumnsBack:
    """Brings the columns of tables back."""

    def __init__(self, lake: Lake, past: Past, home: Home, nested: Nested, fill: str | None, number: int) -> None:
        self._lake = lake
        self._past = past
        self._home = home
        self._nested = nested
        self._fill = fill
        self._number = number

    def into(
        self,
        live: Table,
        table: Table,
        missing: Sequence[MissingColumn],
        middle: SchemaDocument,
        wanted: SchemaDocument,
        draft: Draft,
    ) -> tuple[SchemaDocument, SchemaDocument]:
        """Return the documents with the columns of a table, and with what is to be expected of it."""
        items = [Item(item, self._found(live, table, item)) for item in missing]
        back = BackInTable(live, items, self._fill, self._home, self._number)
        with filling(self._fill, full_name(live.schema, live.name)):
            (row,) = self._lake.connection.execute(back.count()).fetchall()
        counts = back.counts(row)
        if not counts.rows:
            now = table_of(middle, table)
            draft.empty.add((now.schema, now.name))
            draft.told += [f"{item.name(table)}: comes back; the table has no rows" for item in missing]
            return middle, wanted
        after, kept = table_of(middle, table), table
        draft.reads += back.reads()
        named = self._home.name(after.schema, after.name)
        not_null = []
        for index, item in enumerate(missing):
            column = item.column
            is_kept = column.nullable or (not counts.nulls[index] and len(item.path) == 1 and not column.fields)
            stored = replace(column, comment=None, nullable=column.nullable or not is_kept)
            if stored.default is not None and not is_literal(stored.default):
                draft.left.append(f"{item.name(table)}: its default {stored.default} does not return, {_NO_EXPRESSION}")
                stored, kept = replace(stored, default=None), with_changed(kept, column.id, default=None)
            parent = item.path[-2].id if len(item.path) > 1 else None
            after = with_column(after, parent, stored, self._nested)
            path = sql_name(*(part.name for part in path_to(after.columns, column.id)))
            default = f" DEFAULT {stored.default}" if stored.default is not None else ""
            draft.statements.append(f"ALTER TABLE {named} ADD COLUMN {path} {column.type}{default}")
            if not column.nullable and is_kept:
                not_null.append(f"ALTER TABLE {named} ALTER COLUMN {path} SET NOT NULL")
            elif not is_kept:
                draft.left.append(f"{item.name(table)}: NOT NULL does not return, {_why(counts, index)}")
                kept = with_changed(kept, column.id, nullable=True)
        update = back.update(after)
        draft.statements += [*([update] if update else []), *not_null]
        draft.told += [_told(item, counts, index, table, self._fill) for index, item in enumerate(items)]
        draft.left += [
            f"{item.name(table)}: the elements of a list or map have no identity by which their values could return"
            for item in missing
            if item.in_elements
        ]
        kept = self._without_keys(kept, table_of(middle, table), items, counts, draft)
        return _with_table(middle, after), _with_table(wanted, kept)

    def _found(self, live: Table, table: Table, item: MissingColumn) -> Found | None:
        if any(column.name.lower() == "rowid" for column in live.columns):
            raise Refused(f"{item.name(table)} can't come back: a column named rowid hides which row is which")
        return self._past.column(table.id or 0, item.column.id, item.name(table))

    def _without_keys(self, table: Table, now: Table, items: Sequence[Item], counts: Counts, draft: Draft) -> Table:
        """Keys return only where every row has a value."""
        lacking = {
            item.missing.column.name
            for item, known in zip(items, counts.known, strict=True)
            if known < counts.rows and self._fill is None
        }
        for field in ("partition_by", "sorted_by"):
            keys = getattr(table, field)
            if lacking & keys_of(keys) and keys != getattr(now, field):
                kind = "partition" if field == "partition_by" else "sort"
                draft.left.append(
                    f"{full_name(table.schema, table.name)}: its {kind} keys ({', '.join(keys)}) do not return, "
                    "because not every row has a value"
                )
                table = replace(table, **{field: getattr(now, field)})
        return table


def _with_table(schema: SchemaDocument, table: Table) -> SchemaDocument:
    return replace(schema, tables=tuple(table if item.id == table.id else item for item in schema.tables))


def _why(counts: Counts, index: int) -> str:
    nulls = counts.nulls[index]
    return f"because {count(nulls, 'row')} would have no value" if nulls else "DuckLake can't set it on a nested column"


def _told(item: Item, counts: Counts, index: int, table: Table, fill: str | None) -> str:
    values, since = counts.values[index], counts.rows - counts.known[index]
    parts = [f"{count(values, 'value')} {come(values)} back"]
    if item.found is None and not item.missing.in_elements:
        parts = ["comes back without values, as the lake has no record of them"]
    if since and not item.missing.in_elements:
        hold = "are" if since > 1 else "is"
        parts.append(f"{count(since, 'row')} that came since {hold} {f'set to {fill}' if fill else 'NULL'}")
    return f"{item.missing.name(table)}: {'; '.join(parts)}"
