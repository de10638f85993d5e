"""What a person at a terminal sees; the terminal is a real one, made by the operating system."""

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios

import pytest

from support.project import Project

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def at_terminal(
    project: Project, *argv: str, columns: int = 100, stdin: bytes = b"", **variables: str
) -> tuple[int, str]:
    """Run ducktracker at a terminal of so many columns, and return its exit code and what the terminal showed."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**project.environment, "TERM": "xterm-256color", **variables}
    command = [sys.executable, "-m", "ducktracker", *argv]
    with subprocess.Popen(
        command, cwd=project.folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        os.write(ours, stdin)
        shown = read_to_end(ours)
    return process.returncode, shown.decode().replace("\r\n", "\n")


def read_to_end(file: int) -> bytes:
    """Linux ends a terminal that nobody writes to with an error."""
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(file, 65536)
        except OSError:
            part = b""
        if not part:
            os.close(file)
            return b"".join(parts)
        parts.append(part)


@pytest.fixture
def waiting(project: Project) -> Project:
    project.migration("V1__birds_and_all_that_is_known_of_them.sql", "CREATE TABLE birds (id INT);")
    project.migration("V2__ponds_and_all_that_is_known_of_them.sql", "SELECT missing;")
    return project


def test_info_is_a_table_with_colours(waiting: Project) -> None:
    code, shown = at_terminal(waiting, "info", columns=120)
    assert code == 0
    assert "─────" in shown
    assert "\x1b[33mpending" in shown
    assert "birds_and_all_that_is_known_of_them" in shown


def test_no_color(waiting: Project) -> None:
    code, shown = at_terminal(waiting, "info", columns=120, NO_COLOR="1")
    assert code == 0
    assert "─────" in shown
    assert not re.search(r"\x1b\[[0-9;]*3\d", shown)


def test_a_dumb_terminal_gets_no_escapes(waiting: Project) -> None:
    for argv in (["info"], ["migrate"]):
        code, shown = at_terminal(waiting, *argv, TERM="dumb")
        assert code in (0, 4)
        assert "\x1b" not in shown


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 90, 200])
def test_no_width_loses_a_description(waiting: Project, columns: int) -> None:
    code, shown = at_terminal(waiting, "info", columns=columns)
    assert code == 0
    assert "birds_and_all_that_is_known_of_them" in descriptions(shown)
    assert "ponds_and_all_that_is_known_of_them" in descriptions(shown)


def descriptions(shown: str) -> str:
    """The column of descriptions, which may be folded; everything where the terminal is too narrow for columns."""
    lines = [line for line in ESCAPE.sub("", shown).splitlines() if not line.startswith(("lake ", "next: "))]
    if "Description" not in lines[0]:
        return "".join(lines)
    start, end = lines[0].index("Description"), lines[0].index("Type")
    return "".join(line[start:end].strip() for line in lines)


def test_migrate_shows_a_bar_and_leaves_the_lines(waiting: Project) -> None:
    code, shown = at_terminal(waiting, "migrate")
    assert code == 4
    assert "migrating" in shown
    plain = ESCAPE.sub("", shown)
    assert re.search(r"applied  V1__birds_and_all_that_is_known_of_them\.sql  \(\d+ ms\)\n", plain)
    assert "ducktracker: V2__ponds_and_all_that_is_known_of_them.sql:1: Binder Error: " in plain
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h")


@pytest.mark.parametrize("columns", [10, 30])
def test_a_narrow_terminal_does_not_lose_the_names_of_scripts(waiting: Project, columns: int) -> None:
    _, shown = at_terminal(waiting, "migrate", columns=columns)
    plain = ESCAPE.sub("", shown)
    assert "V1__birds_and_all_that_is_known_of_them.sql" in plain
    assert "V2__ponds_and_all_that_is_known_of_them.sql:1:" in plain


def test_json_at_a_terminal_is_the_document_alone(waiting: Project) -> None:
    code, shown = at_terminal(waiting, "info", "--json")
    assert (code, shown) == (0, waiting.main("info", "--json").out)


@pytest.mark.parametrize(
    ("answer", "backend"),
    [
        pytest.param(b"ducklake-postgres\n", "postgres", id="an answer"),
        pytest.param(b"\n", "duckdb", id="the default"),
    ],
)
def test_init_asks_for_the_backend(project: Project, answer: bytes, backend: str) -> None:
    (project.folder / "pond").mkdir()
    code, shown = at_terminal(project, "init", "pond", stdin=answer)
    assert code == 0
    assert "Backend (ducklake-duckdb, ducklake-postgres or ducklake-sqlite) [ducklake-duckdb]: " in shown
    assert f'catalog_backend = "{backend}"' in (project.folder / "pond/ducktracker.toml").read_text()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(
            b"goose\n",
            "argument --backend: unknown backend 'goose': choose ducklake-duckdb, ducklake-postgres or ducklake-sqlite",
            id="other",
        ),
        pytest.param(
            b"\x04", "argument --backend: choose ducklake-duckdb, ducklake-postgres or ducklake-sqlite", id="the end"
        ),
    ],
)
def test_init_takes_no_other_answer(project: Project, answer: bytes, said: str) -> None:
    (project.folder / "pond").mkdir()
    code, shown = at_terminal(project, "init", "pond", stdin=answer)
    assert code == 2
    assert said in shown
    assert list((project.folder / "pond").iterdir()) == []


def test_a_person_is_told_which_lake_and_what_to_do_next(waiting: Project) -> None:
    first, *_, last = at_terminal(waiting, "info")[1].splitlines()
    assert first == f"lake lake in {waiting.source}"
    assert last == "next: ducktracker plan, or ducktracker migrate"
    assert "next:" not in at_terminal(waiting, "info", "-q")[1]
    assert waiting.main("info").out.splitlines()[0].startswith("Version")


@pytest.mark.parametrize(("columns", "is_shown"), [(120, True), (60, False)], ids=["wide", "narrow"])
def test_a_narrow_terminal_is_not_shown_checksums(waiting: Project, columns: int, is_shown: bool) -> None:
    assert ("Checksum" in at_terminal(waiting, "info", columns=columns)[1]) == is_shown
