"""A diff as lines for a person, without colours."""

import shlex
from collections.abc import Iterator
from typing import assert_never

from dt_contract.diff import Blame, Change, Detail, DiffDocument
from dt_contract.terminal import line, lines

_INDENT = "    "
_SQL_FIELDS = frozenset({"sql", "definition"})


def text_lines(diff: DiffDocument) -> list[str]:
    """Return the changes, each with its details and who made it, and a summary as the last line."""
    return [text for change in diff.changes for text in change_lines(change)] + [summary(diff)]


def change_lines(change: Change) -> list[str]:
    """Return a line that names the change, and indented ones that say more."""
    head, *more = _head(change)
    hazards = f"   [{', '.join(change.hazards)}]" if change.hazards else ""
    details = [text for detail in change.details for text in _detail(detail)]
    blame = ["unknown (expired)"] if change.blame == () else [blame_line(blame) for blame in change.blame or ()]
    return [head + hazards, *(_INDENT + text for text in (*more, *details, *blame, *_stated(change)))]


def summary(diff: DiffDocument) -> str:
    """Return the number of changes of each kind, and what was left out."""
    notes = [f"{diff.ignored} ignored"] if diff.ignored else []
    notes += [f"{line(what)} not compared" for what in diff.not_compared]
    total = len(diff.changes)
    counts = ", ".join(f"{number} {kind}" for kind, number in diff.counts.items())
    text = f"{total} change{'' if total == 1 else 's'}: {counts}" if total else "no differences"
    return text + (f" ({'; '.join(notes)})" if notes else "")


def _head(change: Change) -> list[str]:
    name = line(change.name)
    match change.change:
        case "added":
            return _with_definition(f"+ {change.object} {name}", change, change.after)
        case "removed":
            return _with_definition(f"- {change.object} {name}", change, change.before)
        case "modified":
            return [f"~ {change.object} {name}"]
        case "renamed":
            return [f"> {change.object} {line(change.before or '')} -> {line(change.after or '')}"]
        case _:
            assert_never(change.change)


def _with_definition(head: str, change: Change, definition: str | None) -> list[str]:
    match change.object:
        case "schema":
            return [head]
        case "view" | "macro":
            sql = definition or ""
            return [head, *lines(sql)] if "\n" in sql else [f"{head} {line(sql)}"]
        case "table" | "column" | "option":
            return [f"{head} {line(definition or '')}"]
        case _:
            assert_never(change.object)


def _detail(detail: Detail) -> Iterator[str]:
    if detail.field not in _SQL_FIELDS:
        yield f"{detail.field}: {_value(detail.before)} -> {_value(detail.after)}"
        return
    yield f"{detail.field}:"
    yield from lines(detail.before or "", "  - ")
    yield from lines(detail.after or "", "  + ")


def _value(value: str | None) -> str:
    return "(none)" if value is None else line(value)


def _stated(change: Change) -> Iterator[str]:
    if change.stated_by:
        scripts = ", ".join(map(line, change.stated_by))
        states = "states" if len(change.stated_by) == 1 else "state"
        accept = f"ducktracker drift --accept WHY --only {shlex.quote(line(change.name))}"
        yield f"{scripts} {states} it too; if it is as it should be: {accept}"


def blame_line(blame: Blame) -> str:
    """Return who made a change, when and why, as a line."""
    made_by = f"by {', '.join(map(line, blame.migrations))}" if blame.migrations else "out of band"
    if blame.time is None:
        return f"snapshot {blame.lake_snapshot}: unknown (expired); {made_by}"
    author = f", {line(blame.author)}" if blame.author else ""
    message = f": {line(blame.message)}" if blame.message else ""
    return f"snapshot {blame.lake_snapshot}, {line(blame.time)}{author}{message}; {made_by}"
