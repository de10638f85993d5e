"""The harness itself."""

from pathlib import Path

import pytest

from support.blocks import commands, matches, read_blocks
from support.commands import clean_environment
from support.session import Session


@pytest.mark.parametrize(
    ("expected", "printed", "verdict"),
    [
        pytest.param(["a", "b"], "a\nb\n", True, id="the same"),
        pytest.param(["a"], "a\nb\n", False, id="a line more"),
        pytest.param(["a", "b"], "a\n", False, id="a line less"),
        pytest.param(["a", "…"], "a\nb\nc\n", True, id="any lines"),
        pytest.param(["…", "c"], "a\nb\nc\n", True, id="any lines before"),
        pytest.param(["a", "...", "c"], "a\nc\n", True, id="no line is any number"),
        pytest.param(["took … ms"], "took 12 ms\n", True, id="any text in a line"),
        pytest.param(["took … ms"], "took 12 s\n", False, id="other text in a line"),
        pytest.param(["a.b"], "axb\n", False, id="a dot is a dot"),
        pytest.param(["a"], "a   \n", True, id="trailing spaces"),
        pytest.param([], "", True, id="nothing"),
        pytest.param([], "oops\n", False, id="nothing was promised"),
    ],
)
def test_matches(expected: list[str], printed: str, verdict: bool) -> None:
    assert matches(expected, printed) is verdict


def test_commands_with_their_output() -> None:
    assert commands("$ a | b\none\n\ntwo\n$ c\n") == [("a | b", ["one", "", "two"]), ("c", [])]


def test_blocks_have_language_options_and_line(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    sql = "```sql title=m/V1__x.sql\nSELECT 1;\n```"
    readme.write_text(f"# x\n\n```bash exit=1\nfalse\n```\n\n<!--\n{sql}\n-->\n")
    first, second = read_blocks(readme)
    assert (first.language, first.text, first.line, first.exit) == ("bash", "false\n", 4, 1)
    assert (second.language, second.options) == ("sql", {"title": "m/V1__x.sql"})


def test_a_session_keeps_folder_and_variables(tmp_path: Path) -> None:
    session = Session(tmp_path, clean_environment(tmp_path / "home"), tmp_path / "state")
    assert session.run("mkdir 'a b'; cd 'a b'; export SOME=thing") == (0, "")
    session.write("c/d.txt", "text")
    assert session.run("cat c/d.txt; echo; echo $SOME; false; echo never") == (1, "text\nthing\n")
