import pytest
from rich.cells import cell_len

from ducktracker.terminal.table import cells, folded, plain_lines, print_table


@pytest.mark.parametrize(
    ("text", "width"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("birds", 5, id="ASCII"),
        pytest.param("Vögel", 5, id="composed"),
        pytest.param("Vo\u0308gel", 5, id="combining"),
        pytest.param("鳥類", 4, id="wide"),
        pytest.param("🦆", 2, id="emoji"),
        pytest.param("a\u200bb", 2, id="of no width"),
    ],
)
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width == cell_len(text)


def test_columns_are_aligned_by_what_a_terminal_shows() -> None:
    assert plain_lines(("Name", "n"), [("鳥", "1"), ("Vo\u0308gel", "2"), ("", "3")]) == [
        "Name   n",
        "鳥     1",
        "Vo\u0308gel  2",
        "       3",
    ]


def test_no_rows_leave_the_heading() -> None:
    assert plain_lines(("Name", "n"), []) == ["Name  n"]


def test_control_characters_and_secrets_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("A", "B"), [("\x1b[31mred\nline", "postgres://ann:quack@host/db")])
    assert (
        capsys.readouterr().out
        == "A                    B\n\\x1b[31mred\\nline  postgres://ann:***@host/db\n".replace(
            "A                    B", "A" + " " * 18 + "B"
        )
    )


@pytest.mark.parametrize(
    ("widths", "room", "expected"),
    [
        pytest.param([7, 30, 12], 60, set(), id="it fits"),
        pytest.param([7, 30, 12], 54, {1}, id="the widest is folded"),
        pytest.param([7, 30, 19, 12], 52, {1, 2}, id="the two widest are folded"),
        pytest.param([7, 30, 12], 20, None, id="too narrow"),
    ],
)
def test_folded(widths: list[int], room: int, expected: set[int] | None) -> None:
    assert folded(widths, room) == expected
