"""A migration's text before DuckDB cuts it: what DuckDB would read otherwise than it looks, or not in linear time."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from dt_contract.errors import InputError

BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u2060\u3000\ufeff"
"""What DuckDB's parser takes for a blank outside of quotes, and its lexer for a letter (Parser::StripUnicodeSpaces)."""
HAS_BLANK = re.compile(f"[{BLANKS}]")
_AS_SPACES = str.maketrans(dict.fromkeys(BLANKS, " "))
_LETTER = rf"[^\x00-@\[-^`{{-\x7f{BLANKS}]"
_TAG = r"(?:[A-Za-z_\x80-\U0010ffff][A-Za-z_\x80-\U0010ffff0-9]*)?"
_ESCAPED = r"'(?:[^'\\]|''|\\.)*'"
_NEXT_LINE = r"(?:[ \t\f]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f]|--[^\n\r]*[\n\r])*"
_OPERATORS = r"[-+*/<>=~!@\#%^&|`?]"
_PART = re.compile(
    rf"""(?P<quoted>[eE]{_ESCAPED}(?:{_NEXT_LINE}{_ESCAPED})*|'(?:[^']|'')*'|"(?:[^"]|"")*")
    |(?P<word>{_LETTER}(?:{_LETTER}|[0-9$])*)
    |(?P<dollars>\${_TAG}\$)
    |(?P<line>--[^\n\r]*)
    |(?P<comment>/\*)
    |(?P<open>['"])
    |(?P<operator>{_OPERATORS})
    |(?P<plain>[\s{BLANKS}0-9(),.:;\[\]{{}}]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT_SIGN = re.compile(r"/\*|\*/")
_RUN = re.compile(f"{_OPERATORS}*")
_NEEDS_A_LOOK = re.compile(rf"/\*|[{BLANKS}]|{_OPERATORS}{{50}}")
_MOST_SIGNS = 100
"""DuckDB's lexer reads a run of signs again for each operator and comment in it."""


class _Part(NamedTuple):
    kind: Literal["quoted", "comment", "sign", "plain"]
    start: int
    end: int


class _Unreadable(Exception):
    """What can't be read, and where it begins."""


def readable(script: str, text: str) -> str:
    """Return the text with a plain space, also in comments, for each character that DuckDB takes for one out of quotes.

    Raises InputError, with file and line, for a NUL, which ends the text for DuckDB; for a `/*` that is never closed,
    as the rest would be a comment; and for more signs in a row than DuckDB reads in a reasonable time.
    """
    if "\0" in text:
        raise InputError("holds a NUL character", place=_place(script, text, text.index("\0")))
    if not _NEEDS_A_LOOK.search(text):
        return text
    pieces: list[str] = []
    try:
        for part in _parts(text):
            piece = text[part.start : part.end]
            pieces.append(piece if part.kind == "quoted" else piece.translate(_AS_SPACES))
    except _Unreadable as error:
        what, at = error.args
        raise InputError(what, place=_place(script, text, at)) from None
    return "".join(pieces)


def _parts(text: str) -> Iterator[_Part]:
    """Cut as DuckDB's lexer cuts. A quote that is never closed is DuckDB's to report."""
    at = 0
    signs = _Signs(text)
    while at < len(text):
        found = _PART.match(text, at)
        assert found is not None
        end = found.end()
        match found.lastgroup:
            case "quoted" | "word":
                yield _Part("quoted", at, end)
            case "dollars":
                close = text.find(found[0], end)
                end = close + len(found[0]) if close >= 0 else len(text)
                yield _Part("quoted", at, end)
            case "open":
                end = len(text)
                yield _Part("quoted", at, end)
            case "line":
                yield _Part("comment", at, end)
            case "comment":
                end = _comment_end(text, at, signs)
                yield _Part("comment", at, end)
            case "operator":
                signs.count(at)
                yield _Part("sign", at, end)
            case _:
                yield _Part("plain", at, end)
        at = end


def _comment_end(text: str, start: int, signs: "_Signs") -> int:
    depth, opened = 0, []
    for found in _COMMENT_SIGN.finditer(text, start):
        if found[0] == "/*":
            opened.append(found.start())
            depth += 1
        else:
            depth -= 1
        if depth == 0:
            for at in opened:
                signs.count(at)
            return found.end()
    raise _Unreadable("the comment /* that begins here is never closed", start)


class _Signs:
    """Counts the operators and comments in each run of signs."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = 0
        self._found = 0

    def count(self, at: int) -> None:
        if at >= self._end:
            run = _RUN.match(self._text, at)
            self._end, self._found = run.end() if run else at, 0
        self._found += 1
        if self._found > _MOST_SIGNS:
            raise _Unreadable(f"more than {_MOST_SIGNS} operators or comments in a row; put spaces between them", at)


def _place(script: str, text: str, at: int) -> str:
    return f"{script}:{text.count(chr(10), 0, at) + 1}"
