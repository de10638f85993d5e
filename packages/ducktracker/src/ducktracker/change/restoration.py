"""What brings a lake to a schema that it had, with the values and rows that its past has. Reads the lake only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from dt_contract.errors import Refused
from dt_contract.schema import SchemaDocument, Table
from dt_diff.names import full_name
from dt_diff.sql.generate import generate
from dt_diff.sql.names import Home
from dt_diff.sql.script import Generated, Part
from dt_lake.lake import Lake
from dt_lake.sql import name
from ducktracker.change.altered import altered_columns
from ducktracker.change.back_as_table import BackAsTable
from ducktracker.change.casts import changed_by_casts
from ducktracker.change.columns_back import ColumnsBack, Draft
from ducktracker.change.counted import count
from ducktracker.change.in_the_way import cleared, table_of
from ducktracker.change.known_ids import with_known_ids
from ducktracker.change.missing import Losses, MissingColumn, losses, taken_twice
from ducktracker.change.past import Past
from ducktracker.change.star_views import star_views
from ducktracker.change.tables_back import table_back
from ducktracker.change.with_column import in_order_of
from ducktracker.drift.carry_over import Nested


class Piece(NamedTuple):
    """Statements of one transaction, and what reads the past for them, before all of them."""

    reads: tuple[str, ...]
    statements: tuple[str, ...]


class Restoration(NamedTuple):
    """Pieces in their order, and what comes of them: the schema, what to tell of rows and values, and what stays.

    `apart` are the places of pieces that can't share a transaction with the one before.
    """

    pieces: tuple[Piece, ...]
    schema: SchemaDocument
    told: tuple[str, ...]
    left: tuple[str, ...]
    apart: frozenset[int] = frozenset()


def restoration(
    lake: Lake, live: SchemaDocument, wanted: SchemaDocument, nested: Nested, fill: str | None = None
) -> Restoration:
    """Return what brings the live lake to a schema that it had; objects are the same by their ids.

    `fill` is the SQL for the values of rows that came since; without it they are NULL. Raises Refused for a name that
    is taken again, and for what the lake doesn't know any more.
    """
    wanted = with_known_ids(live, wanted)
    twice = taken_twice(wanted)
    if twice:
        raise Refused(
            f"{twice.kind} {twice.name} can't come back: its name is taken again; {twice.free} is free",
            hint=f"rename what has the name now to {twice.free}, and run again",
        )
    home, lost, draft = Home(lake.config.migrations.target_schema, lake.catalog), losses(live, wanted), Draft()
    past = Past(lake, {item.id or 0 for item in (*lost.tables, *(table for table, _ in lost.columns))})
    before = cleared(live, wanted, lost, nested)
    lake.connection.execute(f"USE {name(lake.catalog, lake.config.migrations.target_schema)}")
    try:
        middle = before
        for number, (table, missing) in enumerate(lost.columns, start=1):
            back = ColumnsBack(lake, past, home, nested, fill, number)
            middle, wanted = back.into(table_of(live, table), table, missing, middle, wanted, draft)
        tables = [table_back(lake, past, home, item, number, draft) for number, item in _numbered(lost)]
        wanted = _with_tables(wanted, {item.table.id: item.table for item in tables if item})
        draft.told += _going(lake, home, live, wanted)
        draft.left += changed_by_casts(lake, home, live, wanted)
    finally:
        lake.connection.execute("USE memory.main")
    wanted = _ordered(wanted, middle, nested)
    first = generate(live, before, schema=home.schema, catalog=home.catalog)
    altered = altered_columns(lake, middle, wanted)
    last = generate(middle, wanted, empty=draft.empty, altered=altered, schema=home.schema, catalog=home.catalog)
    moved = _moved(wanted, lost, last)
    draft.told += [
        f"{full_name(table.schema, table.name)}: its columns are in another order now, so that an INSERT without a "
        "column list puts values into other columns"
        for table in moved
    ]
    draft.told += star_views(wanted.views, moved)
    return _laid_out(first, draft, last, [item for item in tables if item], wanted, home)


def _moved(wanted: SchemaDocument, lost: Losses, last: Generated) -> list[Table]:
    """The tables whose columns come in another order: one comes back, or gets its type back, behind the others."""
    behind = {table.id for table, items in lost.columns if _stands_last(table, items)}
    left = {item.name for item in last.left_over if item.kind == "column order"}
    return [item for item in wanted.tables if item.id in behind or full_name(item.schema, item.name) in left]


def _stands_last(table: Table, items: Sequence[MissingColumn]) -> bool:
    """Whether a column comes back behind one that it stood before."""
    missing = {item.column.id for item in items if len(item.path) == 1}
    return any(
        column.id in missing and any(later.id not in missing for later in table.columns[place + 1 :])
        for place, column in enumerate(table.columns)
    )


def _going(lake: Lake, home: Home, live: SchemaDocument, wanted: SchemaDocument) -> list[str]:
    """The tables that go, with the rows that are lost so."""
    kept = {table.id for table in wanted.tables}
    gone = [table for table in live.tables if table.id not in kept]
    if not gone:
        return []
    counts = (f"SELECT {place}, count(*) FROM {home.name(t.schema, t.name)}" for place, t in enumerate(gone))
    rows = dict(lake.connection.execute(" UNION ALL ".join(counts)).fetchall())
    return [
        f"{full_name(table.schema, table.name)}: goes with {count(rows[place], 'row')}"
        for place, table in enumerate(gone)
        if rows[place]
    ]


def _numbered(lost: Losses) -> Iterable[tuple[int, Table]]:
    return enumerate(lost.tables, start=len(lost.columns) + 1)


def _with_tables(schema: SchemaDocument, made: Mapping[int | None, Table]) -> SchemaDocument:
    return replace(schema, tables=tuple(made.get(table.id, table) for table in schema.tables))


def _ordered(wanted: SchemaDocument, like: SchemaDocument, nested: Nested) -> SchemaDocument:
    """What comes back stands behind the other columns."""
    there = {table.id: table for table in like.tables}
    return replace(
        wanted,
        tables=tuple(
            replace(table, columns=in_order_of(table.columns, there[table.id].columns, nested))
            if table.id in there
            else table
            for table in wanted.tables
        ),
    )


def _laid_out(
    first: Generated,
    draft: Draft,
    last: Generated,
    tables: Sequence[BackAsTable],
    schema: SchemaDocument,
    home: Home,
) -> Restoration:
    pieces = [Piece((), _sql(part)) for part in first.parts]
    if draft.statements:
        pieces.append(Piece(tuple(draft.reads), tuple(draft.statements)))
    apart = {len(pieces) + offset for offset in range(1, len(last.parts))}
    for part in last.parts:
        own = [item for item in tables if any(item.is_created_by(statement.sql) for statement in part)]
        reads = tuple(read for item in own for read in item.reads())
        pieces.append(Piece(reads, (*_sql(part), *(item.insert() for item in own))))
    left = [
        f"{item.name}: {item.why}"
        for item in (*first.left_over, *last.left_over)
        if item.kind not in ("column order", "id")
    ]
    return Restoration(tuple(pieces), schema, tuple(draft.told), (*draft.left, *left), frozenset(apart))


def _sql(part: Part) -> tuple[str, ...]:
    return tuple(statement.sql for statement in part if not statement.todo)
