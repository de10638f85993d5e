"""The rule of a table's past, read in a transaction that has changed the table: DuckLake reads the uncommitted table.

Of `t AT (VERSION => n)`, and of the functions that list what snapshots changed.
docs/ducklake-facts.md#past-in-a-transaction
"""

from collections.abc import Sequence

from dt_contract.errors import InputError
from dt_lint.script.names import SameObjects
from dt_lint.script.statements import Script, Statement

_CHANGES = {"add_column", "alter_type", "create", "drop", "drop_column", "rename", "rename_column"}
KEPT = {"view", "macro"}
"""What keeps the text of a query, and reads nothing yet (past_views.py)."""


def check_past_reads(scripts: Sequence[Script]) -> None:
    """Raises InputError if scripts that share a transaction read the past of a table that they have changed."""
    statements = [(script, statement) for script in scripts for statement in script.statements]
    named = [name for _, statement in statements for name in (*statement.effect.names, *statement.past)]
    same = SameObjects(named)
    changed: set[tuple[str, str]] = set()
    for script, statement in statements:
        is_only_kept = statement.effect.action == "create" and statement.effect.kind in KEPT
        if not is_only_kept and any(same.key(name) in changed for name in statement.past):
            raise InputError(
                "reads the past of a table that the same transaction has changed: this DuckLake would read the table "
                "as the transaction leaves it",
                place=f"{script.name}:{statement.line}",
                hint="read the past into a temporary table before the first change, or put the change into a migration "
                "of its own, not --transaction all",
            )
        if changes_past(statement):
            changed.update(map(same.key, statement.effect.names))


def changes_past(statement: Statement) -> bool:
    """Return whether the past reads otherwise after it; not after a comment, a default, keys or NOT NULL."""
    effect = statement.effect
    return statement.keyword != "PREPARE" and (effect.writes_rows or effect.action in _CHANGES)
