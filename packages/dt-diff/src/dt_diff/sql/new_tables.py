"""Tables that are created, with all that is theirs."""

from collections.abc import Iterable, Sequence

from dt_contract.schema import Table
from dt_diff.sql.definitions import create_table, table_extras
from dt_diff.sql.draft import Draft, Phase
from dt_diff.sql.names import Home


def create_tables(tables: Sequence[Table], draft: Draft, home: Home) -> None:
    """Add the statements that create the tables."""
    for table in sorted(tables, key=lambda table: (table.schema, table.name)):
        draft.add(Phase.TABLE, create_table(table, home), *table_extras(table, home))


def defaults(tables: Iterable[Table]) -> Iterable[str]:
    """Return the defaults of the tables that may call a macro."""
    return (
        column.default
        for table in tables
        for column in table.columns
        if column.default is not None and "(" in column.default
    )
