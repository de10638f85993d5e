"""Brings a lost table back, and says how many rows it has, and which of its columns return without values."""

from dt_contract.errors import Refused
from dt_contract.schema import Table
from dt_diff.names import full_name
from dt_diff.sql.names import Home
from dt_lake.lake import Lake
from ducktracker.change.back_as_table import BackAsTable, gone_before
from ducktracker.change.columns_back import Draft
from ducktracker.change.counted import come, count
from ducktracker.change.missing import MissingColumn
from ducktracker.change.past import Found, Past
from ducktracker.change.with_column import with_changed


def table_back(lake: Lake, past: Past, home: Home, table: Table, number: int, draft: Draft) -> BackAsTable | None:
    """Return what brings a table back, None if the lake has no record of it; `number` keeps it apart from others.

    Raises Refused if the last lake snapshot that had it was expired.
    """
    called = full_name(table.schema, table.name)
    found = past.table(table.id or 0, called)
    if found is None:
        draft.left.append(f"{called}: the lake has no record of its rows")
        return None
    ((rows,),) = lake.connection.execute(BackAsTable(table, found, {}, home, number).count()).fetchall()
    earlier: dict[int, Found] = {}
    for item in gone_before(table, found):
        then = _before(past, table, item)
        if then and item.column.id is not None:
            earlier[item.column.id] = then
        elif rows:
            draft.left.append(f"{item.name(table)}: comes back without values, as the lake has no record of them")
            if not item.column.nullable:
                draft.left.append(f"{item.name(table)}: NOT NULL does not return, because rows would have no value")
                table = with_changed(table, item.column.id, nullable=True)
    draft.told.append(f"{called}: {count(rows, 'row')} {come(rows)} back")
    return BackAsTable(table, found, earlier, home, number)


def _before(past: Past, table: Table, item: MissingColumn) -> Found | None:
    """The table as it was when it last had a column; None if that was expired."""
    try:
        return past.column(table.id or 0, item.column.id, item.name(table))
    except Refused:
        return None
