"""Masks the secrets of SQL: those of CREATE SECRET, of settings and options, of connection strings within strings.

What a statement is need not be known for sure: what might be a secret is masked.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from dt_contract.lexing import Lexer, Piece
from dt_contract.redaction import MASK
from dt_contract.secret_values import CLOSE, OPEN, value_end, value_of

_KEPT = frozenset({"type", "provider", "scope"})
"""Options of CREATE SECRET that hold no secret."""
_PLAIN = _KEPT | {"host", "hostaddr", "port", "database", "dbname", "user", "username", "region", "endpoint", "chain"}
_PLAIN |= {"url_style", "use_ssl", "account_name", "account_id", "tenant_id", "client_id", "data_path", "storage"}
_MAKES = frozenset({"create", "alter", "replace"})
_OTHERS = frozenset({"table", "view", "macro", "function", "schema", "index", "type", "sequence", "as", "select"})
_BEFORE_SECRET = 6
"""CREATE OR REPLACE PERSISTENT SECRET, with a word to spare."""
_CREATE = re.compile(r"(?i)\bcreate\b")
_TELLING = frozenset({"word", "name", "string"})
_SETS = frozenset({"set", "pragma", "reset"})


class Edit(NamedTuple):
    """What stands from `start` to `end` becomes `text`."""

    start: int
    end: int
    text: str


class Masker:
    """Masks what SQL holds. `within` masks what a string holds; `found` takes each secret that is masked."""

    def __init__(self, within: Callable[[str], str], found: Callable[[str], None]) -> None:
        self._within = within
        self._found = found

    def whole(self, text: str, *, is_sql: bool) -> str:
        """Return a text of statements masked. A text that is not `is_sql` may have an odd number of quotes."""
        edits: list[Edit] = []
        for statement in _statements(Lexer(text).pieces()):
            edits += self._statement(statement, is_sql=is_sql)
        return _edited(text, edits)

    def embedded(self, text: str) -> str:
        """Return a text masked in which statements that create a secret begin anywhere, also in a string."""
        lexer, at = Lexer(text), 0
        edits: list[Edit] = []
        for create in _CREATE.finditer(text):
            if create.start() < at or not _names_secret(text, create.end()):
                continue
            statement = next(_statements(lexer.pieces(create.start())))
            edits += self._statement(statement, is_sql=True)
            at = statement[-1].end
        return _edited(text, edits)

    def _statement(self, statement: Sequence[Piece], *, is_sql: bool) -> list[Edit]:
        solid = [piece for piece in statement if piece.kind not in ("space", "comment")]
        secret = _secret_at(solid)
        if secret is None:
            return self._values(solid, is_sql=is_sql)
        begin = solid[secret].start
        comments = (item for item in statement if item.kind == "comment" and item.start > begin)
        return sorted([*map(_masked_comment, comments), *self._create_secret(solid[secret + 1 :])])

    def _create_secret(self, solid: Sequence[Piece]) -> Iterator[Edit]:
        depth = 0
        option: list[Piece] = []
        for piece in solid:
            is_end = (piece.text == "," and depth == 1) or (piece.text in CLOSE and depth == 1)
            if is_end:
                yield from self._option(option)
                option = []
            elif depth:
                option.append(piece)
            elif piece.kind == "string":
                yield self._mask(piece)
            depth += (piece.text in OPEN) - (piece.text in CLOSE and depth > 0)
        yield from self._option(option)

    def _option(self, option: Sequence[Piece]) -> Iterator[Edit]:
        if not option:
            return
        key = option[0].word if option[0].kind in ("word", "name") else ""
        value = list(option[1 if key else 0 :])
        while value and value[0].text in ("=", ":", ">"):
            value.pop(0)
        if key in _KEPT and value:
            yield from self._inner(value.pop(0))
        if not value or all(set(piece.text) == {"*"} for piece in value):
            return
        for piece in value:
            if piece.kind == "string" and key not in _PLAIN:
                self._found(piece.content)
        is_string = len(value) == 1 and value[0].kind == "string"
        yield Edit(value[0].start, value[-1].end, f"'{MASK}'" if is_string else MASK)

    def _values(self, solid: Sequence[Piece], *, is_sql: bool) -> list[Edit]:
        edits: list[Edit] = []
        until = 0
        is_setting = is_sql and bool(solid) and solid[0].word in _SETS
        for at, piece in enumerate(solid):
            if at < until or piece.kind not in _TELLING:
                continue
            begin = value_of(solid, at, is_sql=is_sql)
            if begin is None and piece.kind == "string":
                joined = _joined(solid, at)
                edits += self._inner(*joined)
                until = max(until, at + 3 * len(joined) - 2)
                continue
            if begin is None:
                continue
            until = value_end(solid, begin)
            edits += [self._mask(item) for item in solid[begin:until] if _hides(item, is_setting=is_setting)]
        return edits

    def _mask(self, piece: Piece) -> Edit:
        if piece.kind != "string":
            return Edit(piece.start, piece.end, MASK)
        self._found(piece.content)
        return Edit(piece.start, piece.end, f"'{MASK}'")

    def _inner(self, *strings: Piece) -> Iterator[Edit]:
        """What a string holds may be SQL, or a connection string; several are joined by `||`."""
        content = "".join(piece.content for piece in strings if piece.kind == "string")
        masked = self._within(content)
        if masked == content:
            return
        if len(strings) == 1:
            yield Edit(strings[0].start, strings[0].end, _quoted(strings[0].text, masked))
        else:
            yield from map(self._mask, strings)


def _joined(solid: Sequence[Piece], at: int) -> list[Piece]:
    """The piece, and if it is a string, those that `||` joins to it."""
    joined = [solid[at]]
    while joined[0].kind == "string" and at + 3 < len(solid) and solid[at + 3].kind == "string":
        if solid[at + 1].text != "|" or solid[at + 2].text != "|":
            break
        at += 3
        joined.append(solid[at])
    return joined


def _quoted(like: str, content: str) -> str:
    if like.startswith("$"):
        fence = like[: like.index("$", 1) + 1]
        return fence + content + fence
    end = "'" if like.endswith("'") else ""
    return "'" + content.replace("'", "''") + end


def _statements(found: Iterator[Piece]) -> Iterator[list[Piece]]:
    statement: list[Piece] = []
    for piece in found:
        statement.append(piece)
        if piece.text == ";":
            yield statement
            statement = []
    if statement:
        yield statement


def _secret_at(solid: Sequence[Piece]) -> int | None:
    """Where the word SECRET of a statement stands that creates or alters one."""
    for at, piece in enumerate(solid):
        if piece.word == "secret" and piece.kind == "word":
            before = solid[max(0, at - _BEFORE_SECRET) : at]
            words = {item.word for item in before}
            if words & _MAKES and not words & _OTHERS:
                return at
    return None


def _names_secret(text: str, start: int) -> bool:
    return bool(_SECRET_AFTER.match(text, start))


_GAP = r"(?:[\s\u180e\u200b-\u200d\u2060\ufeff]|--[^\n]{0,1000}+\n|/\*(?:[^*]|\*(?!/)){0,1000}+\*/)"
_SECRET_AFTER = re.compile(rf"(?i)(?:{_GAP}{{1,50}}+\w{{1,20}}+){{0,4}}?{_GAP}{{1,50}}+secret\b")


def _hides(piece: Piece, *, is_setting: bool) -> bool:
    return piece.kind == "string" or (is_setting and piece.kind in ("word", "name"))


def _masked_comment(comment: Piece) -> Edit:
    text = f"-- {MASK}" if comment.text.startswith("--") else f"/* {MASK} */"
    return Edit(comment.start, comment.end, text)


def _edited(text: str, edits: Sequence[Edit]) -> str:
    parts, at = [], 0
    for edit in edits:
        if edit.start >= at:
            parts += [text[at : edit.start], edit.text]
            at = edit.end
    return "".join([*parts, text[at:]])
