"""SQL cut into tokens by DuckDB's own lexer."""

import re
from typing import NamedTuple

import duckdb

_WORD = re.compile(r'\w+|"(?:[^"]|"")*"')


class Token(NamedTuple):
    """A token of SQL. `start` and `end` are offsets in the text's UTF-8 bytes, as DuckDB counts.

    `text` is the token with the white space and comments that follow it.
    """

    start: int
    end: int
    text: str
    kind: duckdb.token_type

    @property
    def word(self) -> str:
        """The token alone, in capitals: a name, a keyword or a sign."""
        found = _WORD.match(self.text)
        return (found[0] if found else self.text[:1]).upper()


def tokens(sql: str) -> list[Token]:
    """Gives the tokens of SQL; comments are none."""
    data = sql.encode()
    found = duckdb.tokenize(sql)
    ends = [*(start for start, _ in found), len(data)][1:]
    return [Token(start, end, data[start:end].decode(), kind) for (start, kind), end in zip(found, ends, strict=True)]
