"""Whether repeatable migrations undo what a new migration makes, wherever they run after it."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from dt_config.config import Config
from dt_contract.diff import Change, DiffDocument
from dt_contract.errors import InputError, Stop
from dt_contract.identifiers import fold
from dt_contract.schema import SchemaDocument, Table
from dt_contract.script_text import read_text
from dt_diff.compare import compare
from dt_diff.names import identifiers
from dt_diff.sql.script import Generated
from dt_scan.folder import scan
from ducktracker.change.trial import tried


class Start(NamedTuple):
    """The SQL of what is there before, and the tables that get rows."""

    sql: Generated
    filled: Sequence[Table]


def read_repeatable(directory: str) -> dict[str, str]:
    """Return the texts of the repeatable migrations of a folder, by their names. Raise InputError."""
    names = [item.script for item in scan(directory).migrations if item.type == "repeatable"]
    return {name: read_text(Path(directory, name)) for name in names}


def check_repeatable(
    config: Config,
    scripts: dict[str, str],
    texts: dict[str, str],
    start: Start,
    wanted: SchemaDocument,
    adopted: DiffDocument,
) -> tuple[str, ...]:
    """Run the texts of repeatable migrations after scripts; raise InputError for an adopted change that is lost then.

    Return a line for one that fails.
    """
    if not texts:
        return ()
    try:
        made = tried(config, scripts | texts, after=start.sql, filled=start.filled)
    except Stop as stop:
        message = stop.message.partition("\n")[0]
        return (f"{stop.place or 'migrations'}: this repeatable migration fails after the new one: {message}",)
    lost = {change.name for change in compare(made, wanted, expected_name="", actual_name="").changes}
    for change in adopted.changes:
        if change.name in lost:
            raise _refusal(change, texts, "; --only adopts the rest")
    return ()


def check_definitions(diff: DiffDocument, texts: dict[str, str]) -> None:
    """Raise InputError for a view or macro that changes, and that one of these repeatable migrations makes."""
    for change in diff.changes:
        if change.object in ("view", "macro") and _that_name(change, texts):
            raise _refusal(change, texts)


def _that_name(change: Change, texts: dict[str, str]) -> list[str]:
    own = fold(identifiers(change.name)[-1])
    return [name for name, text in texts.items() if own in fold(text)]


def _refusal(change: Change, texts: dict[str, str], more: str = "") -> InputError:
    file = next(iter(_that_name(change, texts) or texts))
    return InputError(
        f"makes {change.object} {change.name} again as it was, wherever it runs after the new migration",
        place=file,
        hint=f"make the change in {file} and run `ducktracker migrate`{more}",
    )
