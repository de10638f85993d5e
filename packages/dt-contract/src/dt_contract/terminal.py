"""Makes text from a lake safe to show: whoever names a column must not control a reader's terminal or CI system."""

import re

from dt_contract.redaction import redact

GUTTER = "| "
"""Stands before each line of a block, so that none of them is taken for one of ours, or for a command."""

HIDDEN = (
    "\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""As a class of a regular expression: DEL and C1, what splits or reorders lines, and what nobody sees.

The last is Unicode's Default_Ignorable_Code_Point: zero-width characters, variation selectors, tags …
"""
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
# A CI system takes these for commands: GitHub's at the beginning of a line, those of older runners and Azure anywhere.
_COMMAND = r"\A(\s*):(?=:)"
_OLDER_COMMAND = r"##(?=\w*\[)"


def line(text: str) -> str:
    """Return the text as one line without secrets, with what controls a terminal escaped as in `\\x1b`."""
    return escaped(redact(text))


def lines(text: str, gutter: str = GUTTER) -> list[str]:
    """Return the lines of a block such as SQL, each behind a gutter, without secrets and escaped like a line."""
    return [gutter + escaped(part) for part in redact(text).split("\n")]


def escaped(text: str) -> str:
    """Return the text with what controls a terminal or a CI system escaped."""
    if not (text.isascii() and text.isprintable()):
        text = re.sub(f"[\\x00-\\x1f{HIDDEN}]", _escape, text)
    if "::" in text:
        text = re.sub(_COMMAND, r"\1\\x3a", text)
    return re.sub(_OLDER_COMMAND, r"\\x23#", text) if "##" in text else text


def _escape(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    if code < 0x100:
        return _NAMED.get(sign[0], f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
