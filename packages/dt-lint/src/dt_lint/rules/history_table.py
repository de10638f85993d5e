"""Keeps migrations away from ducktracker's own history table."""

from dt_config.config import Migrations
from dt_contract.errors import InputError
from dt_contract.identifiers import fold
from dt_lint.script.effect import Effect
from dt_lint.script.statements import Script

_READS = {"call", "copy_to", "other", "pragma", "select", "set", "use"}


def refuse_own_table(script: Script, settings: Migrations) -> None:
    """Raises InputError for a statement that changes the history table, or drops the schema that holds it.

    A table of that name in another schema is refused too: a guard may be too careful, never too lax.
    """
    table, schema = fold(settings.schema_history_table), fold(settings.target_schema)
    for statement in script.statements:
        effect, place = statement.effect, f"{script.name}:{statement.line}"
        if effect.action not in _READS and table in (name.name for name in effect.names):
            message = f"a migration must not change {settings.schema_history_table}, ducktracker's own table"
            raise InputError(message, place=place, hint="`ducktracker repair` mends what the history says")
        if _ends_schema(effect) and schema in (name.name for name in effect.names):
            raise InputError(f"the schema {settings.target_schema} holds ducktracker's own table", place=place)


def _ends_schema(effect: Effect) -> bool:
    return effect.kind == "schema" and (effect.action == "drop" or effect.or_replace)
