"""Takes secrets out of text that a person or a log will see.

A text is masked as a whole, before it is cut into lines: SQL by its pieces (masked_sql.py), and any text by what libpq
and DuckDB accept and quote in their errors (masked.py): `password=…` in a keyword string, quoted or not;
`user:password@` and `?password=` in a URI. That rather masks too much than too little, in time in proportion to the
text. What the configuration or a migration is known to hold is registered with `conceal`, whatever its form.
"""

import re
from functools import lru_cache

MASK = "***"
_concealed: set[str] = set()
_SHORTEST = 4
# What each of these patterns needs; most text has none of it, and a table has thousands of cells.
_KEYS = (
    r"passw|passphrase|pwd|key|secret|token|signature|credential|sig|authorization|cookie|headers|connection_string"
    r"|conninfo|\|\||\be'"
)
_ANY = rf"(?i){_KEYS}|://|bearer|host name|missing \"|invalid|percent-encoded|database \""


def might_hold_secret(text: str) -> bool:
    """Whether the text has anything in it that what `redact` looks for begins with."""
    return re.search(_ANY, text) is not None


def might_hold_key(text: str) -> bool:
    """Whether the text has anything in it that the key of a secret in SQL may be, or that hides one."""
    return re.search(_KEYS, text, re.IGNORECASE) is not None


def conceal(secret: str) -> None:
    """Have `redact` mask this text from now on, in this process, also as a URI, SQL or libpq writes it.

    Texts of three characters and fewer are not masked.
    """
    if len(secret) >= _SHORTEST:
        from urllib.parse import quote

        escaped = secret.replace("\\", "\\\\").replace("'", "\\'")
        parts = (quote(secret, errors="replace"), quote(secret, safe="", errors="replace"))
        _concealed.update({secret, *parts, secret.replace("'", "''"), escaped, escaped.replace("'", "''")})


def conceal_in(sql: str) -> None:
    """Conceal the secrets that SQL holds, for the errors that it will lead to."""
    if might_hold_secret(sql):
        from dt_contract.masked import masked

        found: set[str] = set()
        masked(sql, found.add)
        for secret in found:
            conceal(secret)


def redact(text: str) -> str:
    """Return the text with every secret replaced by `***`."""
    for secret in sorted(_concealed, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return _masked(text) if might_hold_secret(text) else text


@lru_cache(maxsize=32)
def _masked(text: str) -> str:
    """The same statement is shown in a plan, in its document and in an error."""
    from dt_contract.masked import masked

    return masked(text, lambda secret: None)


def has_concealed() -> bool:
    """Whether any text was concealed in this process."""
    return bool(_concealed)
