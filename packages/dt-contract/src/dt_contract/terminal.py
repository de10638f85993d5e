"""Makes text from a lake safe to show: whoever names a column must not control a reader's terminal."""

_NAMED = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))} | _NAMED
# Line separators and bidirectional overrides reorder or split what is shown.
_LAYOUT = {code: f"\\u{code:04x}" for code in (0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))}
_ESCAPES = _CONTROLS | _LAYOUT


def line(text: str) -> str:
    """Gives the text as one line, with its control characters escaped as in `\\x1b`."""
    return text.translate(_ESCAPES)


def lines(text: str) -> list[str]:
    """Gives the lines of the text, each with its control characters escaped."""
    return [line(part) for part in text.split("\n")]
