"""Columns that stay, altered: fields, NOT NULL, defaults, comments and types."""

from dt_contract.schema import Table
from dt_diff.sql.column_plan import ColumnPlan, Kept
from dt_diff.sql.definitions import comment_on
from dt_diff.sql.hazard_comments import hazard
from dt_diff.sql.literals import is_literal
from dt_diff.sql.names import sql_name
from dt_diff.sql.rounds import Rounds, Slot


def sets_expression(item: Kept) -> bool:
    """Whether a column gets a default that is no literal."""
    new = item.new.default
    return new is not None and new != item.old.default and not is_literal(new)


def alter_columns(plan: ColumnPlan, before: Table, rounds: Rounds, *, has_rows: bool) -> None:
    """Add the statements, after those for new columns.

    A column with a sort key is altered one round after its RENAME (DL404), a type changes where no row does (DL411)
    and before the default does (DL403).
    """
    first = {item.new.name: int(bool(before.sorted_by) and item.old.name != item.new.name) for item in plan.kept}
    for item in plan.kept:
        round_ = first[item.new.name]
        for action, code in item.shape.actions:
            rounds.alter(Slot.FIELD, action, *((hazard(code),) if code and has_rows else ()), round_=round_)
        if item.old.comment != item.new.comment:
            name = f"{rounds.name}.{sql_name(item.new.name)}"
            rounds.add(Slot.COMMENT, comment_on("COLUMN", name, item.new.comment), round_=round_)
        if not item.shape.retyped:
            _constrain(item, rounds, round_)
    retyped = [item for item in plan.kept if item.shape.retyped]
    ready = [first[item.new.name] + bool(item.shape.actions) for item in retyped]
    round_ = max([*ready, rounds.last_update + 1])
    for item in retyped:
        hazards = [hazard(code) for code in sorted(set(item.shape.retyped) - {""})]
        action = f"ALTER COLUMN {sql_name(item.new.name)} TYPE {item.shape.column.type}"
        rounds.alter(Slot.TYPE, action, *(hazards if has_rows else ()), round_=round_)
    for item in retyped:
        _constrain(item, rounds, round_ + 1)


def _constrain(item: Kept, rounds: Rounds, round_: int) -> None:
    """Change the default, and NOT NULL."""
    old, new, column = item.old, item.new, sql_name(item.new.name)
    if new.nullable and not old.nullable:
        rounds.alter(Slot.COLUMN, f"ALTER COLUMN {column} DROP NOT NULL", round_=round_)
    if old.default != new.default and not sets_expression(item):
        action = "DROP DEFAULT" if new.default is None else f"SET DEFAULT {new.default}"
        rounds.alter(Slot.COLUMN, f"ALTER COLUMN {column} {action}", round_=round_)
    if old.nullable and not new.nullable:
        value = column if new.default is None else f"coalesce({column}, {new.default})"
        rounds.forbid_null(column, value, round_=round_)
