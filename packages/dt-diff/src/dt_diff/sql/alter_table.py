"""A table that stays, altered in an order that DuckLake takes.

What must not share a transaction is in docs/lint.md, DL401 to DL411; that of SET NOT NULL is in
docs/ducklake-facts.md#set-not-null-needs-statistics.
"""

from collections.abc import Collection
from typing import NamedTuple

from dt_contract.schema import Table
from dt_diff.identity import Identity
from dt_diff.keys import same_keys
from dt_diff.names import full_name
from dt_diff.sql.added_columns import NO_EXPRESSION, add_columns
from dt_diff.sql.column_plan import ColumnPlan, Kept
from dt_diff.sql.definitions import comment_on, key_list
from dt_diff.sql.draft import Draft
from dt_diff.sql.hazard_comments import hazard
from dt_diff.sql.kept_columns import alter_columns, sets_expression
from dt_diff.sql.key_text import key_columns
from dt_diff.sql.literals import is_literal
from dt_diff.sql.names import Home, sql_name
from dt_diff.sql.rounds import Rounds, Slot
from dt_diff.sql.same_object import is_one_lake


class Known(NamedTuple):
    """What is known of a lake beside its schema, by schema and table, and name of the column."""

    empty: Collection[tuple[str, str]] = ()
    altered: Collection[tuple[str, str, str]] = ()


def is_made_again(before: Table, plan: ColumnPlan, known: Known) -> bool:
    """Whether a table without rows can get all that it is to have only if it is made again.

    DuckLake sets NOT NULL only where there are rows, and some defaults only with CREATE TABLE.
    """
    for kept in plan.kept:
        if (kept.old.nullable and not kept.new.nullable) or _lacks_expression(kept, before, known):
            return True
    return any(
        not item.column.nullable or (item.column.default is not None and not is_literal(item.column.default))
        for item in plan.added
    )


def alter_table(
    before: Table, after: Table, plan: ColumnPlan, identity: Identity, known: Known, draft: Draft, home: Home
) -> None:
    """Add the statements; the table has its new name already."""
    rounds = Rounds(home.name(after.schema, after.name))
    has_rows = (before.schema, before.name) not in known.empty
    lost = (hazard("DL103"),) if has_rows else ()
    for name in plan.dropped_first:
        rounds.alter(Slot.DROP, f"DROP COLUMN {sql_name(name)}", *lost)
    for old, new in plan.renames:
        rounds.alter(Slot.RENAME, f"RENAME COLUMN {sql_name(old)} TO {sql_name(new)}")
    _set_expressions(before, after, plan, known, rounds, draft)
    add_columns(plan, after, rounds, draft, has_rows=has_rows)
    alter_columns(plan, before, rounds, has_rows=has_rows)
    _set_keys(before, after, plan, identity, rounds)
    sources = {item.source_name for item in plan.added if item.source}
    for name in plan.dropped_last:
        rounds.alter(Slot.LATE_DROP, f"DROP COLUMN {sql_name(name)}", *(() if name in sources else lost))
    if before.comment != after.comment:
        rounds.add(Slot.COMMENT, comment_on("TABLE", rounds.name, after.comment))
    rounds.write(draft)
    _leave(after, plan, identity, draft)


def _set_expressions(before: Table, after: Table, plan: ColumnPlan, known: Known, rounds: Rounds, draft: Draft) -> None:
    for item in plan.kept:
        if _lacks_expression(item, before, known):
            draft.leave("default", full_name(after.schema, after.name, item.new.name), NO_EXPRESSION)
        elif sets_expression(item):
            action = f"ALTER COLUMN {sql_name(item.old.name)} SET DEFAULT {item.new.default}"
            rounds.alter(Slot.EXPRESSION, action, "DuckLake refuses this for a column that was ever altered")


def _lacks_expression(item: Kept, before: Table, known: Known) -> bool:
    return sets_expression(item) and (before.schema, before.name, item.old.name) in known.altered


def _set_keys(before: Table, after: Table, plan: ColumnPlan, identity: Identity, rounds: Rounds) -> None:
    """Set keys that differ, and those that name a column which is another one by now."""
    same = same_keys(before, after, identity)
    new = {item.column.name for item in plan.added}
    keys = (("PARTITIONED", before.partition_by, after.partition_by), ("SORTED", before.sorted_by, after.sorted_by))
    for (kind, had, wanted), is_same in zip(keys, same, strict=True):
        is_lost = any(not new.isdisjoint(key_columns(key)) for key in wanted)
        if wanted and (is_lost or not is_same):
            rounds.alter(Slot.KEY, f"SET {kind} BY {key_list(wanted)}")
        elif had and not wanted:
            rounds.alter(Slot.KEY, f"RESET {kind} BY")


def _leave(after: Table, plan: ColumnPlan, identity: Identity, draft: Draft) -> None:
    owner = (after.schema, after.name)
    if plan.order() != [column.name for column in after.columns]:
        draft.leave("column order", full_name(*owner), "DuckLake adds a column at the end, and moves none")
    for item in plan.kept:
        for path in item.shape.reordered:
            draft.leave("column order", full_name(*owner, *path), "DuckLake adds a field at the end, and moves none")
        for path in item.shape.defaults:
            draft.leave("default", full_name(*owner, *path), "DuckLake takes it with ADD COLUMN only")
    if is_one_lake(identity):
        for name in plan.remade:
            draft.leave("id", full_name(*owner, name), "DuckLake can't change its type, so that it is a new column")
