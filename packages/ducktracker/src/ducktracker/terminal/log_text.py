"""The log as text: a table, or the changes of each snapshot one under the other."""

from collections.abc import Sequence

from dt_contract.diff import Change
from dt_contract.log import Entry, LogDocument
from dt_contract.terminal import line
from dt_diff.text import change_lines

HEADERS = ("Snapshot", "Time", "Author", "What", "Changes")
_NAMED = 3
_TITLES = {
    "out-of-band": "OUT OF BAND",
    "accepted": "ACCEPTED",
    "undone": "UNDONE",
    "reverted": "REVERTED",
    "earlier": "before the history",
}


def table_rows(log: LogDocument) -> list[tuple[str, ...]]:
    """Return a row for each entry, under HEADERS."""
    return [
        (str(entry.lake_snapshot), _time(entry), entry.author or "", _what(entry), _changes(entry))
        for entry in log.entries
    ]


def detailed_lines(log: LogDocument) -> list[str]:
    """Return each entry with its own diff."""
    found = [text for entry in log.entries for text in _details(entry)]
    many = len(log.entries)
    return [*found, f"{many} snapshot{'' if many == 1 else 's'} out of band" if many else "nothing out of band"]


def _details(entry: Entry) -> list[str]:
    author = f", {line(entry.author)}" if entry.author else ""
    message = f": {line(entry.message)}" if entry.message else ""
    changes = [f"    {text}" for change in entry.changes for text in change_lines(change)]
    return [f"snapshot {entry.lake_snapshot}, {_time(entry)}{author}{message}", *changes]


def _time(entry: Entry) -> str:
    return entry.time[:19].replace("T", " ") if entry.time else "unknown (expired)"


def _what(entry: Entry) -> str:
    match entry.kind:
        case "migration" | "baseline":
            return _scripts(entry)
        case "undone":
            return f"{_TITLES[entry.kind]}: {_scripts(entry)}"
        case "accepted" | "reverted":
            return f"{_TITLES[entry.kind]}: {entry.note}"
        case "out-of-band" | "earlier":
            return _TITLES[entry.kind]


def _scripts(entry: Entry) -> str:
    names = [_short(script) for script in entry.scripts]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _changes(entry: Entry) -> str:
    if not entry.changes:
        return ""
    counts = ", ".join(f"{number} {kind}" for kind, number in entry.counts.items())
    more = f" and {len(entry.changes) - _NAMED} more" if len(entry.changes) > _NAMED else ""
    return f"{counts}: {', '.join(_names(entry.changes[:_NAMED]))}{more}"


def _names(changes: Sequence[Change]) -> list[str]:
    return [f"{change.object} {change.name}" for change in changes]


def _short(script: str) -> str:
    """`V7` for V7__add_users.sql, `B7` for B7__all.sql, `baseline V3`, and the whole name of a repeatable."""
    if script.startswith("<<"):
        return script.strip("<> ").replace("Baseline", "baseline")
    return script.partition("__")[0] if script.startswith(("V", "B")) else script
