"""Masks the secrets of any text: what libpq and DuckDB accept and quote in their errors, and SQL."""

import re
from collections.abc import Callable

from dt_contract.masked_sql import Masker
from dt_contract.redaction import MASK, might_hold_key, might_hold_secret
from dt_contract.secret_values import PASSWORD, SECRET

_DEEPEST = 4
"""So many strings within strings are looked into."""

# Where a value without quotes ends: before the closing quote and punctuation of the sentence.
_END = r"(?=[\"')\]}]*+[.,:;]?(?:\s|\Z))"
# In SQL a backslash is no escape, in libpq it is; an error may cut a statement within a string.
_QUOTED = r"(?:[eE]?(?:'(?:[^'\\]|\\.|'')*+'|'(?:[^']|'')*+'|'[^']*+\Z)|\$\w*\$.*?\$\w*\$)"
# A quoted value of a keyword string that itself stands in an SQL string.
_DOUBLED = r"''(?=[^\s,);'])(?:\\''|\\.|[^'\\])*+''"
_KEY = re.compile(rf"(?i){SECRET}(?:\s*+(?:=>?|:=)|[\"']\s*+:)\s*+(?!\*\*\*(?!\w))")
_VALUE = re.compile(rf"(?is){_DOUBLED}|{_QUOTED}|\"(?:[^\"\\]|\\.)*+\"{_END}")
_BARE = re.compile(r"(?s)(?:\\.|[^\s\\]|\\\Z)++")
_PARAMETER = re.compile(
    r"(?i)[?&][\w.%-]*(?:password|secret|token|key|key_id|signature|credential|sig)=(?!\*\*\*(?!\w))(?=[^&\s])"
)
_PARAMETER_VALUE = re.compile(r"[^&\s]+")
_RUN = re.compile(r"\S+")
_USER = re.compile(r"[^:/]*:")
# Whether what follows a password in a keyword string is the rest of one, and not of the password.
_PAIRS = re.compile(r"(?s)(?:\s+\w++\s*+=\s*+(?:'(?:[^'\\]|\\.)*+'|[^\s']\S*+))*+\s*+\Z")
_OPTION = re.compile(rf"(?is)({PASSWORD}\s++){_QUOTED}")
# `secret 'x'` is an option only in a list; elsewhere it is how a message calls a secret by its name.
_LISTED_OPTION = re.compile(rf"(?is)((?:[(,]|\.\.\.|LINE \d+:)\s*+{SECRET}\s++){_QUOTED}")
_BEARER = re.compile(r"(?i)\b(bearer\s++)(?:[\w.~+/=-]{8,}|[^'\"\s]+(?=['\"]))")
# libpq quotes the piece of a connection string that it stumbled over: of a password with an @, say.
_HOST = re.compile(r"((?:host name|database) \")([^\"\n]*)@")
_PIECE = re.compile(
    r"(?i)((?:missing \"=\" after|invalid connection option|invalid integer value|invalid port number:?"
    r"|invalid URI query parameter:?|separator \"=\" in URI query parameter:?|invalid percent-encoded token:?"
    r"|in percent-encoded value:?) \")[^\n]*\""
)
_SQL = re.compile(
    r"(?is)(?:\s|--[^\n]*+(?:\n|\Z)|/\*.*?\*/)*+\(*"
    r"(?:create|alter|attach|set|reset|pragma|call|copy|select|insert|update|delete|merge|with|from|execute|prepare"
    r"|explain|export|import|load|install|use|drop|comment|values|pivot|unpivot|describe|summarize)\b"
)


def masked(text: str, found: Callable[[str], None], depth: int = 0) -> str:
    """Return the text masked; `depth` counts the strings in strings that it lies in.

    `found` takes what SQL was seen to keep secret.
    """
    masker = Masker(lambda inner: _within(inner, found, depth + 1), found)
    if might_hold_key(text):
        text = masker.embedded(masker.whole(text, is_sql=bool(_SQL.match(text))))
    told = found if depth else _nobody
    if "://" in text:
        text = _RUN.sub(lambda run: _without_password(run[0], told), text)
    text = _with_values(text, _PARAMETER, _parameter_end, told)
    text = _with_values(text, _KEY, _rest_of_keywords if depth else _value_end, told)
    text = _LISTED_OPTION.sub(rf"\1'{MASK}'", text)
    text = _OPTION.sub(rf"\1'{MASK}'", text)
    text = _BEARER.sub(rf"\1{MASK}", text)
    text = _HOST.sub(rf"\1{MASK}@", text)
    return _PIECE.sub(rf'\1{MASK}"', text)


def _nobody(secret: str) -> None:
    pass


def _within(text: str, found: Callable[[str], None], depth: int) -> str:
    if not might_hold_secret(text):
        return text
    return masked(text, found, depth) if depth < _DEEPEST else MASK


def _without_password(run: str, found: Callable[[str], None]) -> str:
    """A run of text without white space, in which a URI may hold a user's password."""
    last = run.rfind("@")
    scheme = run.find("://")
    while 0 <= scheme < last:
        if user := _USER.match(run, scheme + 3):
            if user.end() > last:
                break
            found(run[user.end() : last])
            return run[: user.end()] + MASK + run[last:]
        scheme = run.find("://", scheme + 3)
    return run


def _with_values(
    text: str, key: re.Pattern[str], value_end: Callable[[str, int], int], found: Callable[[str], None]
) -> str:
    parts, at = [], 0
    while match := key.search(text, at):
        end = value_end(text, match.end())
        parts.append(text[at : match.end()])
        at = match.end()
        if end > at:
            found(text[at:end].strip("'"))
            parts.append(MASK)
            at = end
    return "".join([*parts, text[at:]])


def _value_end(text: str, begin: int) -> int:
    """Where the value ends that begins here: a quoted one, or one up to white space."""
    if quoted := _VALUE.match(text, begin):
        return quoted.end()
    bare = _BARE.match(text, begin)
    return _trimmed(text, begin, bare.end()) if bare else begin


def _rest_of_keywords(text: str, begin: int) -> int:
    """The same in a string that SQL holds: what follows is more of a connection string, or more of the secret."""
    end = _value_end(text, begin)
    return end if _PAIRS.match(text, end) else len(text)


def _parameter_end(text: str, begin: int) -> int:
    value = _PARAMETER_VALUE.match(text, begin)
    return _trimmed(text, begin, value.end()) if value else begin


def _trimmed(text: str, begin: int, end: int) -> int:
    """Without the closing quote and punctuation of the sentence."""
    last = end - 1 if text[end - 1] in ".,:;" else end
    while last > begin and text[last - 1] in "\"')]}":
        last -= 1
    return max(last, begin + 1)
