"""Input that a command can't use gets one line that names the command and the stream, and exit 2."""

import pytest

from support.project import Project

READERS = [
    pytest.param("dt-history status", "migrations", id="dt-history"),
    pytest.param("dt-diff baseline.json", "schema", id="dt-diff"),
    pytest.param("dt-lint", "migrations", id="dt-lint"),
]


@pytest.fixture
def readable(duckdb_project: Project) -> Project:
    """A lake with one migration, its schema in baseline.json."""
    duckdb_project.migration("V1__birds.sql", "CREATE TABLE birds (id BIGINT);")
    assert duckdb_project.main("migrate").code == 0
    (duckdb_project.folder / "baseline.json").write_text(duckdb_project.call("dt-snapshot").out)
    return duckdb_project


@pytest.mark.parametrize(("command", "kind"), READERS)
@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        pytest.param("", "stdin: is empty", id="nothing"),
        pytest.param("\n", "stdin: is empty", id="a blank line"),
        pytest.param("hello", "stdin: is not JSON", id="no JSON"),
        pytest.param("[1, 2]", "stdin: is not a ducktracker document", id="foreign JSON"),
        pytest.param('{"kind": "config", "version": 1}', "stdin: this is a config document", id="another document"),
        pytest.param('{"kind": "KIND", "version": 99}', "stdin: this is KIND version 99", id="a newer version"),
        pytest.param('{"kind": "KIND", "version": 1, "TABLES": 7}', "stdin: not a valid KIND", id="a wrong shape"),
        pytest.param('{"kind": "KIND", "version": ', "stdin: is not JSON", id="a broken off one"),
    ],
)
def test_stdin(readable: Project, command: str, kind: str, stdin: str, said: str) -> None:
    wrong = "tables" if kind == "schema" else "migrations"
    refused = readable.pipe(command, stdin=stdin.replace("KIND", kind).replace("TABLES", wrong))
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"{command.split()[0]}: {said.replace('KIND', kind)}"), refused.err
    assert "Traceback" not in refused.err


def test_a_file_that_is_not_there(readable: Project) -> None:
    refused = readable.pipe("dt-snapshot | dt-diff missing.json")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("dt-diff: missing.json: ")


def test_the_error_of_an_earlier_stage_is_heard(readable: Project) -> None:
    (readable.folder / "ducktracker.toml").write_text("[connection\n")
    refused = readable.pipe("dt-snapshot | dt-diff baseline.json")
    assert refused.code == 2
    assert "ducktracker.toml:1" in refused.err
    assert "dt-diff: stdin: is empty" in refused.err
