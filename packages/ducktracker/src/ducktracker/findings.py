"""Prints a diff and gives its exit code."""

from dt_contract.diff import DiffDocument
from dt_contract.exits import Exit
from dt_contract.streams import write
from dt_diff.render import render


def show(diff: DiffDocument, *, as_json: bool) -> int:
    """Prints the diff; exit 1 when there is any change."""
    write(render(diff, "json" if as_json else "text").encode())
    return Exit.FOUND if diff.changes else Exit.DONE
