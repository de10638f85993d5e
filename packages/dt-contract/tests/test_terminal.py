import unicodedata

import pytest

from dt_contract.terminal import line, lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("größe 鴨", "größe 鴨", id="nothing to escape"),
        pytest.param("\x1b[2J", "\\x1b[2J", id="escape"),
        pytest.param("a\x00\x7f\x9b", "a\\x00\\x7f\\x9b", id="other controls"),
        pytest.param("a\r\n\tb", "a\\r\\n\\tb", id="line end and tabulator"),
        pytest.param("a\u202eb\u2028c", "a\\u202eb\\u2028c", id="direction and line separator"),
    ],
)
def test_line(text: str, expected: str) -> None:
    assert line(text) == expected


def test_lines_keeps_line_ends_only() -> None:
    assert lines("SELECT\n\t1\x1b\r") == ["SELECT", "\\t1\\x1b\\r"]


def test_no_control_character_passes() -> None:
    controls = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Zl", "Zp")]
    assert [control for control in controls if not line(control).isascii()] == []
