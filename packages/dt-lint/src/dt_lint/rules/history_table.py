"""A migration that changes ducktracker's own history table, or drops the schema that holds it."""

from collections.abc import Iterator, Sequence

from dt_config.config import Migrations
from dt_contract.identifiers import fold
from dt_lint.rule import Found, Rule
from dt_lint.script.effect import Effect
from dt_lint.script.statements import Script

_READS = {"call", "copy_to", "other", "pragma", "select", "set", "use"}


def _check(scripts: Sequence[Script], settings: Migrations) -> Iterator[Found]:
    """A table of that name in another schema is refused too: a guard may be too careful, never too lax."""
    table, schema = fold(settings.schema_history_table), fold(settings.target_schema)
    for script in scripts:
        for statement in script.statements:
            effect = statement.effect
            names = [name.name for name in effect.names]
            if effect.action not in _READS and table in names:
                yield Found(
                    f"a migration must not change {settings.schema_history_table}, ducktracker's own table",
                    script,
                    statement.line,
                    effect.target,
                    "use `ducktracker repair` to fix the history",
                )
            elif _ends_schema(effect) and schema in names:
                yield Found(
                    f"the schema {settings.target_schema} holds ducktracker's own table",
                    script,
                    statement.line,
                    effect.target,
                )


def _ends_schema(effect: Effect) -> bool:
    return effect.kind == "schema" and (effect.action == "drop" or effect.or_replace)


RULE = Rule("DL414", "a change of the history table", check=_check)
