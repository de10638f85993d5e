"""Takes secrets out of text that a person or a log will see.

The patterns cover what libpq and DuckDB accept: `password=…` in a keyword string, quoted or not,
`user:password@` and `?password=` in a URI, and `PASSWORD '…'` in SQL. What the configuration is known
to hold as a secret can be registered with `conceal`, whatever its form.
"""

import re

MASK = "***"
_KEYS = "password|passwd|sslpassword|secret|session_token|access_token|token|client_secret|account_key|key_id"
_QUOTED = r"'(?:[^'\\]|\\.|'')*'" + r'|"(?:[^"\\]|\\.|"")*"'
_KEYWORD = re.compile(rf"(?i)\b({_KEYS})(\s*=>?\s*)({_QUOTED}|[^\s&;,)\"']+)")
_SQL = re.compile(rf"(?i)\b({_KEYS})(\s+)({_QUOTED})")
_URI = re.compile(r"(?i)\b(\w+://[^\s:/@]*):(?:[^\s/]*)@(?=[^\s@]*(?:[\s/?'\"]|$))")

_concealed: set[str] = set()


def conceal(secret: str) -> None:
    """Has `redact` mask this very text from now on, in this process. Very short texts are not masked."""
    if len(secret) > 3:
        _concealed.add(secret)


def redact(text: str) -> str:
    """Gives the text with every secret replaced by `***`."""
    for secret in sorted(_concealed, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _URI.sub(rf"\1:{MASK}@", text)
    text = _KEYWORD.sub(rf"\1\2{MASK}", text)
    return _SQL.sub(rf"\1\2'{MASK}'", text)
