"""SQL in random spellings: names in quotes or not, letters in either case, other white space, comments."""

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

_KEYWORDS: tuple[str, ...] = (
    "type",
    "sorted",
    "partitioned",
    "add",
    "drop",
    "rename",
    "if",
    "exists",
    "set",
    "data",
    "by",
    "as",
    "to",
)
_KEYWORDS += ("column", "table", "default", "select", "from", "only", "temp", "main", "not", "null", "reset")
_LETTERS = "aAkKiIzZ_0 ß\u1e9eİ\u0131Åå\u212a\u017fé\"'.$;-/*(),[\u200c\u0085\u2028🦆"
_SPACES = (" ", "\n", "\t", "\r", "\f", " \n ", "\u00a0", "\u200b", "\u3000", "\ufeff", "\u2060")
_COMMENTS = ("/**/", "/* TABLE x; */", "/* /* nested */ */", "-- RENAME TO\n", "/*\n*/", "/*\u00a0*/", "--\u00a0\n")
_FREE = ("a", "b", "id", "sorted", "partitioned", "type", "add", "drop", "rename", "if", "data", "temp", "reset")
"""Names that need no quotes, in any place."""

names = st.one_of(
    st.sampled_from(_KEYWORDS), st.sampled_from(_FREE), st.text(st.sampled_from(_LETTERS), min_size=1, max_size=6)
)


@dataclass(frozen=True)
class Name:
    """A name in a statement, which may be spelled in several ways; a table's may be a string too."""

    text: str
    is_table: bool = False


def fold(name: str) -> str:
    """The name as DuckDB compares it; said again here, so that the tests don't lean on what they test."""
    return "".join(sign.lower() if sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" else sign for sign in name)


def plain(*parts: str | Name) -> str:
    """The statement as people write it."""
    return " ".join(part if isinstance(part, str) else _quoted(part.text) for part in parts)


def respelled(random: Random, *parts: str | Name) -> str:
    """The statement in another spelling; a part that is text is a keyword or a sign, or several of them."""
    words = [word for part in parts for word in (part.split(" ") if isinstance(part, str) else [part])]
    pieces = [_spelled(random, word) for word in words]
    return "".join(piece + _between(random) for piece in pieces)


def _between(random: Random) -> str:
    """A blank at least; a comment may be next to it."""
    signs = [random.choice(_SPACES)]
    while random.random() < 0.3:
        signs.append(random.choice(_COMMENTS + _SPACES))
    return " ".join(signs) if random.random() < 0.2 else "".join(signs)


def _spelled(random: Random, word: "str | Name") -> str:
    if isinstance(word, str):
        return word if "'" in word else _in_any_case(random, word)
    text = _in_any_case(random, word.text)
    ways = [_quoted(text)]
    if fold(text) in _FREE:
        ways.append(text)
    if word.is_table:
        ways.append("'" + text.replace("'", "''") + "'")
        if "$" not in text:
            ways.append(f"$x${text}$x$")
    return random.choice(ways)


def _in_any_case(random: Random, text: str) -> str:
    """Only ASCII letters: `ß` in capitals is another name."""
    return "".join(random.choice((sign.upper(), sign.lower())) if sign.isascii() else sign for sign in text)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
