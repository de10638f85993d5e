"""A diff as workflow commands, which GitHub Actions shows as annotations."""

from dt_contract.diff import Change, DiffDocument
from dt_contract.terminal import line
from dt_diff.text import change_lines, summary


def github_lines(diff: DiffDocument) -> list[str]:
    """Gives an error command a change, and the summary as a plain last line."""
    return [*map(_command, diff.changes), summary(diff)]


def _command(change: Change) -> str:
    title = line(f"{change.object} {change.name} {change.change}")
    return f"::error title={_property(title)}::{_data(chr(10).join(change_lines(change)))}"


# The escapes are those of `command.ts` in actions/toolkit.
def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
