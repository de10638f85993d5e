"""SQL cut into tokens by DuckDB's own lexer, and what a token is as a keyword or as a name."""

import re
from functools import lru_cache
from typing import NamedTuple

import duckdb

from dt_contract.identifiers import ascii_upper, fold

_WORD = re.compile(r"[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*")
"""DuckDB's lexer takes every character beyond ASCII for a letter."""
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_STRING = re.compile(
    r"(?P<escapes>[eE]?)'(?P<plain>(?:[^'\\]|''|\\)*?)'(?!')|(?P<tag>\$[^$]*\$)(?P<raw>.*?)(?P=tag)", re.DOTALL
)

_KEPT = 1000
"""So many words are kept with what they are: those of a dialect come again and again."""


class Token(NamedTuple):
    """A token of SQL. `start` and `end` are offsets in the text's UTF-8 bytes, as DuckDB counts.

    `text` is the token with the white space and comments that follow it.
    """

    start: int
    end: int
    text: str
    kind: duckdb.token_type

    @property
    def keyword(self) -> str:
        """The token alone, in capitals: an unquoted word or the first character of a sign; empty if quoted."""
        return "" if self.kind == duckdb.token_type.string_const else _keyword_in(self.text)

    @property
    def name(self) -> str | None:
        """The name that the token is, folded as DuckDB does; None if it is not a name, or one that can't be told.

        DuckDB takes a string for the name of a table too: `INSERT INTO 't'`.
        """
        return _string_in(self.text) if self.kind == duckdb.token_type.string_const else _name_in(self.text)


@lru_cache(_KEPT)
def _keyword_in(text: str) -> str:
    if text.startswith('"'):
        return ""
    found = _WORD.match(text)
    return ascii_upper(found[0]) if found else text[:1]


@lru_cache(_KEPT)
def _name_in(text: str) -> str | None:
    if found := _QUOTED.match(text):
        return fold(found[1].replace('""', '"'))
    found = _WORD.match(text)
    return fold(found[0]) if found else None


def _string_in(text: str) -> str | None:
    """Not of a string with escapes, nor of one that goes on in the next line."""
    found = _STRING.match(text)
    if found is None or "'" in text[found.end() :] or (found["escapes"] and "\\" in found["plain"]):
        return None
    return fold(found["raw"] if found["tag"] else found["plain"].replace("''", "'"))


def tokens(sql: str) -> list[Token]:
    """Return the tokens of SQL; comments are not among them."""
    data = sql.encode()
    found = duckdb.tokenize(sql)
    ends = [*(start for start, _ in found), len(data)][1:]
    return [Token(start, end, data[start:end].decode(), kind) for (start, kind), end in zip(found, ends, strict=True)]
