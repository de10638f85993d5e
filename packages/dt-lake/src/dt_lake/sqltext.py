"""The parts of a text of SQL that DuckDB's lexer would cut it into: which texts it can't cut in linear time.

DuckDB itself cuts what passes (tokens.py).
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u2060\u3000\ufeff"
"""What DuckDB's parser takes for a blank outside of quotes, and its lexer for a letter (Parser::StripUnicodeSpaces)."""
HAS_BLANK = re.compile(f"[{BLANKS}]")
"""Finds such a character."""
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


class Part(NamedTuple):
    """A part of a text, from `start` to `end`."""

    kind: Literal["quoted", "comment", "sign", "plain"]
    start: int
    end: int


class Unreadable(Exception):
    """What DuckDB can't read in a reasonable time, and where it begins."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(what)
        self.what = what
        self.at = at


def needs_a_look(text: str) -> bool:
    """Whether there is anything in the text for which it has to be cut: a blank, a comment or a row of signs."""
    return _NEEDS_A_LOOK.search(text) is not None


def is_readable(text: str) -> bool:
    """Whether DuckDB's lexer cuts the text in a reasonable time."""
    try:
        return not needs_a_look(text) or all(parts(text))
    except Unreadable:
        return False


def parts(text: str) -> Iterator[Part]:
    """Return the parts of a text, cut as DuckDB's lexer cuts it; one with a quote that is never closed goes to the end.

    Raises Unreadable.
    """
    at = 0
    signs = _Signs(text)
    while at < len(text):
        found = _PART.match(text, at)
        assert found is not None
        end = found.end()
        match found.lastgroup:
            case "quoted" | "word":
                yield Part("quoted", at, end)
            case "dollars":
                close = text.find(found[0], end)
                end = close + len(found[0]) if close >= 0 else len(text)
                yield Part("quoted", at, end)
            case "open":
                end = len(text)
                yield Part("quoted", at, end)
            case "line":
                yield Part("comment", at, end)
            case "comment":
                end = _comment_end(text, at, signs)
                yield Part("comment", at, end)
            case "operator":
                signs.count(at)
                yield Part("sign", at, end)
            case _:
                yield Part("plain", at, end)
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
    raise Unreadable("the comment /* that begins here is never closed", start)


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
            raise Unreadable(f"more than {_MOST_SIGNS} operators or comments in a row; put spaces between them", at)
