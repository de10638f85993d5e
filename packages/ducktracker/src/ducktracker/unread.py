"""What DuckDB would leave unread of a migration file, without a word."""

import re

from dt_contract.errors import InputError
from dt_lake.tokens import tokens


def refuse_nul(script: str, text: str) -> None:
    """Raises InputError for a NUL, which ends the text for DuckDB."""
    before, nul, _ = text.partition("\0")
    if nul:
        raise InputError("holds a NUL character", place=f"{script}:{_line_after(before)}")


def refuse_open_comment(script: str, text: str) -> None:
    """Raises InputError for a `/*` that is never closed; the rest of the text would be a comment."""
    if _is_closed(text):
        return
    starts = [found.start() for found in re.finditer(r"/\*", text)]
    opened = next((start for start in reversed(starts) if _is_closed(text[:start])), 0)
    place = f"{script}:{_line_after(text[:opened])}"
    raise InputError("the comment /* that begins here is never closed", place=place)


def _is_closed(text: str) -> bool:
    """Whether a `;` after the text would be one."""
    if "/*" not in text:
        return True
    found = tokens(text + "\n;")
    return bool(found) and found[-1].start == len(text.encode()) + 1


def _line_after(before: str) -> int:
    return before.count("\n") + 1
