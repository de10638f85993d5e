"""CREATE or ALTER, and then RENAME TO the same name, in the same or other letters: the object is gone, or as it was.

docs/ducklake-facts.md#rename-to-the-same-name
"""

from collections.abc import Iterator, Sequence

import msgspec

from dt_config.config import Migrations
from dt_lint.rule import Found, Rule
from dt_lint.script.effect import Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Script
from dt_lint.script.tables import Tables


class _Object(msgspec.Struct):
    committed: Name | None
    has_changed: bool = False


def _check(scripts: Sequence[Script], _: Migrations) -> Iterator[Found]:
    objects = Tables(scripts, _Object)
    for script in scripts:
        for statement in script.statements:
            effect = statement.effect
            found = objects.follow(effect)
            if found is None:
                continue
            if found.has_changed and _renames_to_itself(effect):
                yield Found(
                    "RENAME TO the same name after a CREATE or ALTER in one transaction: this DuckLake would lose that",
                    script,
                    statement.line,
                    effect.target,
                    "use the final name in the first place",
                )
            found.has_changed = found.has_changed or effect.alters or effect.creates is not None


def _renames_to_itself(effect: Effect) -> bool:
    return effect.action == "rename" and effect.target is not None and effect.target.name == effect.new_name


RULE = Rule("DL406", "RENAME TO the same name after a CREATE or ALTER", check=_check)
