"""Columns that are added, with the values that the rows get, and with those of a column of another type."""

from dt_contract.schema import Table
from dt_diff.columns import nesting
from dt_diff.names import full_name
from dt_diff.sql.column_plan import Added, ColumnPlan
from dt_diff.sql.definitions import comment_on
from dt_diff.sql.draft import Draft
from dt_diff.sql.hazard_comments import hazard
from dt_diff.sql.literals import is_literal
from dt_diff.sql.names import sql_name
from dt_diff.sql.rounds import Rounds, Slot
from dt_diff.sql.script import Statement
from dt_diff.value_change import value_change

NO_EXPRESSION = (
    "DuckLake takes a default that is no literal only when a table is created, or for a column never altered"
)
"""docs/ducklake-facts.md#expressions-as-defaults"""


def add_columns(plan: ColumnPlan, after: Table, rounds: Rounds, draft: Draft, *, has_rows: bool) -> None:
    """Add the statements."""
    for item in plan.added:
        column, name = item.column, sql_name(item.column.name)
        has_literal = column.default is not None and is_literal(column.default)
        default = f" DEFAULT {column.default}" if has_literal else ""
        rounds.alter(Slot.ADD, f"ADD COLUMN {name} {column.type}{default}", *_why(item))
        if column.default is not None and not has_literal:
            draft.leave("default", full_name(after.schema, after.name, column.name), NO_EXPRESSION)
        if column.comment is not None:
            rounds.add(Slot.COMMENT, comment_on("COLUMN", f"{rounds.name}.{name}", column.comment))
        if has_rows:
            _fill(item, after, rounds, draft)


def _fill(item: Added, after: Table, rounds: Rounds, draft: Draft) -> None:
    """Give the rows values, if there are some or they must have some."""
    column, name = item.column, sql_name(item.column.name)
    value = _value(item)
    if column.nullable:
        if item.source:
            rounds.give(name, value)
    elif not value:
        rounds.add(Slot.NOT_NULL, Statement(f"UPDATE {rounds.name} SET {name} = …", todo=True))
        rounds.add(Slot.NOT_NULL, Statement(f"ALTER TABLE {rounds.name} ALTER COLUMN {name} SET NOT NULL", todo=True))
        draft.leave("not null", full_name(after.schema, after.name, column.name), "the rows have no value for it")
    elif nesting(column) == "scalar":
        rounds.forbid_null(name, value)
    else:
        # DL402: another ALTER of a nested column is for another transaction.
        rounds.give(name, value)
        rounds.forbid_null(name, name, round_=1)


def _value(item: Added) -> str:
    """What all rows get, or "" if that is not known."""
    column = item.column
    if item.source is None:
        return column.default or ""
    cast = f"CAST({sql_name(item.source_name)} AS {column.type})"
    return cast if column.nullable or column.default is None else f"coalesce({cast}, {column.default})"


def _why(item: Added) -> tuple[str, ...]:
    if item.source is None:
        return ()
    code = value_change(item.source.type, item.column.type)
    why = f"DuckLake can't turn {item.source.type} into {item.column.type}: a new column takes the values, each of "
    return (f"{why}which must fit", *((hazard(code),) if code else ()))
