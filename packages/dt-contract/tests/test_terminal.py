import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert lines("SELECT\n\t1\x1b\r") == ["| SELECT", "| \\t1\\x1b\\r"]


def test_lines_masks_the_whole_before_it_is_cut() -> None:
    assert lines("CREATE SECRET s (\n  SECRET\n  'hunter2'\n)") == [
        "| CREATE SECRET s (",
        "|   SECRET",
        "|   '***'",
        "| )",
    ]


def test_no_hidden_character_passes() -> None:
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    signs = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in hidden]
    signs = [sign for sign in signs if unicodedata.name(sign, "").split()[0:1] not in VISIBLE]
    assert [f"{ord(sign):x}" for sign in signs if not line(f"x{sign}").isascii()] == []


VISIBLE = (["ARABIC"], ["SYRIAC"], ["KAITHI"], ["EGYPTIAN"])
"""Scripts of which a format character is drawn."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("::stop-commands::x", "\\x3a:stop-commands::x", id="at the beginning"),
        pytest.param("  ::error::x", "  \\x3a:error::x", id="behind blanks"),
        pytest.param("a ::error::x", "a ::error::x", id="not at the beginning"),
        pytest.param("a::INTEGER", "a::INTEGER", id="a cast"),
        pytest.param("x ##[add-mask]y", "x \\x23#[add-mask]y", id="an older runner's"),
        pytest.param("##vso[task.setvariable]x", "\\x23#vso[task.setvariable]x", id="Azure's"),
        pytest.param("### [x]", "### [x]", id="no command"),
    ],
)
def test_no_line_is_a_command_of_a_ci_system(text: str, expected: str) -> None:
    assert line(text) == expected


@given(st.text())
def test_no_line_controls_a_reader(text: str) -> None:
    for shown in (line(text), *lines(text), *(part.strip() for part in lines(text, gutter=""))):
        assert "\n" not in shown
        assert not shown.lstrip().startswith("::")
        assert "##[" not in shown
        assert not {unicodedata.category(sign) for sign in shown} & {"Cc", "Zl", "Zp", "Cs"}
