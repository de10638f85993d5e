"""Takes secrets out of text that a person or a log will see.

The patterns cover what libpq and DuckDB accept and quote in their errors: `password=…` in a keyword string, quoted or
not, also inside an SQL string; `user:password@` and `?password=` in a URI; options of CREATE SECRET. They rather mask
too much than too little. What the configuration is known to hold is registered with `conceal`, whatever its form.
"""

import re

MASK = "***"
_concealed: set[str] = set()

_PASSWORD = r"\b\w*?(?:password|passwd|pwd|account_?key|access_?key|api_?key|encryption_?key|key_id)"
_SECRET = rf"(?:{_PASSWORD}|\b\w*?(?:secret|token|signature|credential|\bsig))"
# Where a value without quotes ends: before a space, or before the closing quote and punctuation of the sentence.
_END = r"(?=[\"')\]}]*[.,:;]?(?:\s|\Z))"
# In SQL a backslash is no escape, in libpq it is; an error may cut a statement within a string.
_QUOTED = r"(?:[eE]?(?:'(?:[^'\\]|\\.|'')*+'|'(?:[^']|'')*+'|'[^']*+\Z)|\$\w*\$.*?\$\w*\$)"
# A quoted value of a keyword string that itself stands in an SQL string.
_DOUBLED = r"''(?=[^\s,);'])(?:\\''|\\.|[^'\\])*+''"

_URI = r"((?<![\w+.-])[\w+.-]++://[^\s:/]*):\S*@"
_PARAMETER = rf"(?i)([?&][\w.%-]*(?:password|secret|token|key|key_id|signature|credential|sig)=)[^&\s]+?(?=&|{_END})"
_KEYWORD = (
    rf"(?is)({_SECRET}(?:\s*(?:=>?|:=)|[\"']\s*:)\s*)(?!\*\*\*(?!\w))"
    rf"(?:{_DOUBLED}|{_QUOTED}|\"(?:[^\"\\]|\\.)*+\"{_END}|(?:\\.|[^\s\\]|\\\Z)+?{_END})"
)
_OPTION = rf"(?is)({_PASSWORD}\s+){_QUOTED}"
# `secret 'x'` is an option only in a list; elsewhere it is how a message calls a secret by its name.
_LISTED_OPTION = rf"(?is)((?:[(,]|\.\.\.|LINE \d+:)\s*{_SECRET}\s+){_QUOTED}"
_CREATE_SECRET = r"(?is)\bcreate\s+(?:\w+\s+){0,3}secret\b.*"
_BARE_OPTION = rf"(?i)([(,]\s*{_SECRET}\s+)(?!e')(?:\"[^\"]*\"|\w+\([^)]*\)|[^\s,)'$]+)"
_BEARER = r"(?i)\b(bearer\s+)(?:[\w.~+/=-]{8,}|[^'\"\s]+(?=['\"]))"
# What each of these patterns needs; most text has none of it, and a table has thousands of cells.
_ANY = r"(?i)://|passw|pwd|key|secret|token|signature|credential|sig|bearer"


def conceal(secret: str) -> None:
    """Has `redact` mask this text from now on, in this process, also as a URI, SQL or libpq writes it.

    Texts of three characters and fewer are not masked.
    """
    if len(secret) > 3:
        from urllib.parse import quote

        escaped = secret.replace("\\", "\\\\").replace("'", "\\'")
        forms = {secret, quote(secret), quote(secret, safe=""), secret.replace("'", "''"), escaped}
        _concealed.update(forms, {escaped.replace("'", "''")})


def redact(text: str) -> str:
    """Gives the text with every secret replaced by `***`."""
    for secret in sorted(_concealed, key=len, reverse=True):
        text = text.replace(secret, MASK)
    if not re.search(_ANY, text):
        return text
    text = re.sub(_URI, rf"\1:{MASK}@", text)
    text = re.sub(_PARAMETER, rf"\1{MASK}", text)
    text = re.sub(_KEYWORD, rf"\1{MASK}", text)
    text = re.sub(_CREATE_SECRET, lambda statement: re.sub(_BARE_OPTION, rf"\1{MASK}", statement[0]), text)
    text = re.sub(_LISTED_OPTION, rf"\1'{MASK}'", text)
    text = re.sub(_OPTION, rf"\1'{MASK}'", text)
    return re.sub(_BEARER, rf"\1{MASK}", text)
