"""Refuses statements that DuckLake would run one by one, and not rightly in one transaction.

The rule of RENAME TO the same name is here: docs/ducklake-facts.md#rename-to-the-same-name
"""

from collections.abc import Sequence

import msgspec

from dt_contract.errors import InputError
from dt_lint.rules.nested_columns import check_nested
from dt_lint.rules.past_reads import check_past_reads
from dt_lint.script.effect import Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Script
from dt_lint.script.tables import Tables


class _Object(msgspec.Struct):
    committed: Name | None
    has_changed: bool = False


def check_transaction(scripts: Sequence[Script]) -> None:
    """Raises InputError for what scripts that share a transaction must not do in it, or a single one in its own."""
    check_past_reads(scripts)
    check_nested(scripts)
    check_renames(scripts)


def check_renames(scripts: Sequence[Script]) -> None:
    """Raises InputError where what may have changed is renamed to its own name, in any letters: it or that is gone."""
    objects = Tables(scripts, _Object)
    for script in scripts:
        for statement in script.statements:
            effect = statement.effect
            found = objects.follow(effect)
            if found is None:
                continue
            if found.has_changed and _renames_to_itself(effect):
                raise InputError(
                    "RENAME TO the same name after a CREATE or ALTER in one transaction: this DuckLake would lose that",
                    place=f"{script.name}:{statement.line}",
                    hint="give it the name that it shall have at once",
                )
            found.has_changed = found.has_changed or effect.alters or effect.creates is not None


def _renames_to_itself(effect: Effect) -> bool:
    return effect.action == "rename" and effect.target is not None and effect.target.name == effect.new_name
