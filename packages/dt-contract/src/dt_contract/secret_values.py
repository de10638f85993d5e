"""Which values in SQL are secret, by the keys before them."""

import re
from collections.abc import Sequence

from dt_contract.lexing import Piece

_PASSWORDS = (
    r"passw(?:or)?[dt]|passwd|pwd|passphrase|account_?key|access_?key|api_?key|encryption_?key|private_?key|"
    r"(?:footer|column|parquet|master|shared)_?key(?:_?value)?|key_?id|connection_?string|conninfo|(?:http_?)?headers|http_?header"
)
PASSWORD = rf"\b\w*?(?:{_PASSWORDS})"
"""A key whose value is a secret in any place; `SECRET` itself may also be a word of a sentence."""
SECRET = rf"(?:{PASSWORD}|\b\w*?(?:secret|token|signature|credentials?|\bsig|authorization|cookie))"
_PASSWORD_WORD = re.compile(rf"(?i){PASSWORD}\Z")
_SECRET_WORD = re.compile(rf"(?i)[\w-]*?{SECRET}\Z")
_ENDS = frozenset({"and", "or", "from", "where", "group", "order", "limit", "as", "union", "join", "on"})
OPEN, CLOSE = frozenset("([{"), frozenset(")]}")
_LONGEST = 100
"""So much of the end of a key tells what it is."""


def value_of(solid: Sequence[Piece], at: int, *, is_sql: bool) -> int | None:
    """Return where the secret value begins whose key stands at `at`; None if that is no such key."""
    key, after = solid[at], at + 1
    if after >= len(solid):
        return None
    follows = solid[after]
    is_assigned = follows.text in ("=", ":") or (follows.word == "to" and key.kind != "string")
    if not (is_assigned or (key.kind != "string" and _begins_value(follows))):
        return None
    word = (key.content if key.kind == "string" else key.word)[-_LONGEST:]
    if not _SECRET_WORD.match(word):
        return None
    if is_assigned:
        while after < len(solid) and solid[after].word in ("=", ":", ">", "to"):
            after += 1
        return after if is_sql or follows.text != "=" else None
    is_listed = at > 0 and solid[at - 1].text in ("(", ",")
    return after if is_listed or _PASSWORD_WORD.match(word) else None


def _begins_value(piece: Piece) -> bool:
    return piece.kind == "string" or piece.text in OPEN or piece.word == "map"


def value_end(solid: Sequence[Piece], begin: int) -> int:
    """Return where the value ends that begins at a piece."""
    depth = 0
    for at in range(begin, len(solid)):
        piece = solid[at]
        if not depth and (piece.text in (",", ";") or piece.text in CLOSE or _ends(piece)):
            return at
        depth += (piece.text in OPEN) - (piece.text in CLOSE)
    return len(solid)


def _ends(piece: Piece) -> bool:
    return piece.kind == "word" and piece.word in _ENDS
