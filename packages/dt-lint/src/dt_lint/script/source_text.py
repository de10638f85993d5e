"""A migration's text before DuckDB cuts it: what DuckDB would read otherwise than it looks, or not in linear time."""

from dt_contract.errors import InputError
from dt_lake.sqltext import BLANKS, Unreadable, needs_a_look, parts

_AS_SPACES = str.maketrans(dict.fromkeys(BLANKS, " "))


def readable(script: str, text: str) -> str:
    """Return the text with a plain space, also in comments, for each character that DuckDB takes for one out of quotes.

    Raises InputError, with file and line, for a NUL, which ends the text for DuckDB; for a `/*` that is never closed,
    as the rest would be a comment; and for more signs in a row than DuckDB reads in a reasonable time.
    """
    if "\0" in text:
        raise InputError("holds a NUL character", place=_place(script, text, text.index("\0")))
    if not needs_a_look(text):
        return text
    pieces: list[str] = []
    try:
        for part in parts(text):
            piece = text[part.start : part.end]
            pieces.append(piece if part.kind == "quoted" else piece.translate(_AS_SPACES))
    except Unreadable as error:
        raise InputError(error.what, place=_place(script, text, error.at)) from None
    return "".join(pieces)


def _place(script: str, text: str, at: int) -> str:
    return f"{script}:{text.count(chr(10), 0, at) + 1}"
