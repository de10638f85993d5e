"""SQL cut into pieces for redaction: what is a string, a comment, a word. Any text can be cut, in linear time.

What runs is cut by DuckDB itself. This is for text that may be no SQL at all, in a package without DuckDB; where it
errs, redaction masks too much.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["space", "comment", "string", "name", "word", "other", "sign"]

_PIECE = re.compile(
    r"""
      (?P<space>[\s\u180e\u200b-\u200d\u2060\ufeff]++)
    | (?P<comment>--[^\n]*+)
    | (?P<block>/\*)
    | (?P<string>[eE]'(?:[^'\\]|\\(?:.|\Z)|'')*+(?:'|\Z) | [bBxX]?'(?:[^']|'')*+(?:'|\Z))
    | (?P<dollar>\$(?P<tag>(?:[^\W\d]\w*+)?)\$)
    | (?P<name>"(?:[^"]|"")*+(?:"|\Z))
    | (?P<word>\w++)
    | (?P<other>[^\w\s'"$/(){}\[\],;=:>|-]++)
    | (?P<sign>.)
    """,
    re.DOTALL | re.VERBOSE,
)
_TAG = re.compile(r"\$(?=((?:[^\W\d]\w*+)?)\$)")
_FENCE = re.compile(r"/\*|\*/")
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|''", re.DOTALL)
_NAMED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Piece(NamedTuple):
    """A piece of a text, from `start` to `end`."""

    kind: Kind
    start: int
    end: int
    text: str

    @property
    def word(self) -> str:
        """The word or quoted name in small letters; of any other piece its text."""
        return self.text[1:-1].replace('""', '"').lower() if self.kind == "name" else self.text.lower()

    @property
    def content(self) -> str:
        """What a string stands for."""
        text = self.text
        if text.startswith("$"):
            fence = text.index("$", 1) + 1
            return text[fence : -fence if len(text) >= 2 * fence else None]
        body = text[text.index("'") + 1 :]
        body = body[:-1] if body.endswith("'") else body
        return _ESCAPE.sub(_unescaped, body) if text[0] in "eE" else body.replace("''", "'")


class Lexer:
    """Cuts one text from any place on; all together take time in proportion to what they cut."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._last_tags = {found[1]: found.start() for found in _TAG.finditer(text)} if "$" in text else {}
        self._closes = True
        """Whether no comment was found yet that is never closed; after one, `/*` is taken for two signs."""

    def pieces(self, start: int = 0) -> Iterator[Piece]:
        """Cut the text from `start` on into pieces, which leave out nothing."""
        at = start
        while at < len(self.text):
            piece = self._piece(at)
            yield piece
            at = piece.end

    def _piece(self, at: int) -> Piece:
        found = _PIECE.match(self.text, at)
        assert found is not None
        match found.lastgroup:
            case "block":
                return self._comment(at)
            case "dollar" | "tag":
                return self._dollar(at, found["dollar"], found["tag"])
            case kind:
                return Piece(kind, at, found.end(), found[0])  # type: ignore[arg-type]  # the groups are the kinds

    def _comment(self, at: int) -> Piece:
        end = _end_of_comment(self.text, at) if self._closes else None
        self._closes = end is not None
        return self._sign(at) if end is None else Piece("comment", at, end, self.text[at:end])

    def _dollar(self, at: int, fence: str, tag: str) -> Piece:
        if self._last_tags[tag] < at + len(fence):
            return self._sign(at)
        end = self.text.index(fence, at + len(fence)) + len(fence)
        return Piece("string", at, end, self.text[at:end])

    def _sign(self, at: int) -> Piece:
        return Piece("sign", at, at + 1, self.text[at])


def _end_of_comment(text: str, start: int) -> int | None:
    depth = 0
    for fence in _FENCE.finditer(text, start):
        depth += 1 if fence[0] == "/*" else -1
        if not depth:
            return fence.end()
    return None


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1]
    if code is None:
        return "'"
    if code[0] in "01234567":
        return chr(int(code, 8))
    if len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number < 0x110000 else ""
    return _NAMED.get(code, code)
