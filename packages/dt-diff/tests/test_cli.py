import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from dt_contract import codec
from dt_contract.schema import Column, Lake, SchemaDocument, Table
from dt_diff.compare import compare

MAIN = "import sys; from dt_diff.cli import main; sys.exit(main())"
BEFORE = SchemaDocument(lake=Lake(id="x"), options={})
AFTER = SchemaDocument(
    lake=Lake(id="x", snapshot=7),
    tables=(Table(id=1, uuid="u", schema="main", name="t", columns=(Column(id=1, name="id", type="INTEGER"),)),),
    options={},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "before.json").write_bytes(codec.encode(BEFORE))
    (tmp_path / "after.json").write_bytes(codec.encode(AFTER))
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.json").touch()
    (tmp_path / "text.json").write_text("hello")
    (tmp_path / "foreign.json").write_text('{"a": 1}')
    (tmp_path / "diff.json").write_bytes(codec.encode(compare(BEFORE, AFTER, expected_name="a", actual_name="b")))
    (tmp_path / "newer.json").write_text('{"kind": "schema", "version": 3}')
    (tmp_path / "wrong.json").write_text('{"kind": "schema", "version": 1, "tables": [{"name": 1}]}')
    return tmp_path


def dt_diff(folder: Path, *arguments: str, stdin: bytes | int = b"") -> tuple[int, str, str]:
    command = [sys.executable, "-c", MAIN, *arguments]
    if isinstance(stdin, int):
        done = subprocess.run(command, cwd=folder, capture_output=True, stdin=stdin)
    else:
        done = subprocess.run(command, cwd=folder, capture_output=True, input=stdin)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def document(expected: str, actual: str) -> str:
    return codec.encode(compare(BEFORE, AFTER, expected_name=expected, actual_name=actual)).decode()


@pytest.mark.parametrize(
    ("arguments", "stdin", "expected"),
    [
        pytest.param(["before.json", "after.json"], BEFORE, document("before.json", "after.json"), id="two files"),
        pytest.param(["before.json", "-"], AFTER, document("before.json", "stdin"), id="the second on stdin"),
        pytest.param(["before.json"], AFTER, document("before.json", "stdin"), id="the second left out"),
        pytest.param(["-", "./after.json"], BEFORE, document("stdin", "./after.json"), id="the first on stdin"),
        pytest.param(
            ["before.json", "after.json", "--format", "text"],
            BEFORE,
            "+ table main.t (id INTEGER)\n1 change: 1 added\n",
            id="text",
        ),
        pytest.param(["before.json", "--format", "sql"], AFTER, "CREATE TABLE t (id INTEGER);\n", id="sql"),
    ],
)
def test_differences_are_exit_1(folder: Path, arguments: list[str], stdin: SchemaDocument, expected: str) -> None:
    assert dt_diff(folder, *arguments, stdin=codec.encode(stdin)) == (1, expected, "")


def test_no_difference_is_exit_0(folder: Path) -> None:
    assert dt_diff(folder, "after.json", "after.json", "--format=text") == (0, "no differences\n", "")


def test_process_substitution(folder: Path) -> None:
    command = '"$0" -c "$1" <(cat before.json) <(cat after.json) --format text'
    done = subprocess.run(["bash", "-c", command, sys.executable, MAIN], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (1, "+ table main.t (id INTEGER)\n1 change: 1 added\n", "")


HINT = "hint: dt-snapshot | dt-diff EXPECTED\n"
WANTED = "dt-diff reads a schema document"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param(["-"], f"EXPECTED and ACTUAL can't both be stdin\n{HINT}", id="stdin for both"),
        pytest.param(["-", "-"], f"EXPECTED and ACTUAL can't both be stdin\n{HINT}", id="stdin for both, twice"),
        pytest.param(["none.json"], "none.json: no such file\n", id="no such file"),
        pytest.param(["folder"], "folder: is a directory, not a file\n", id="a directory"),
        pytest.param(["before.json"], f"stdin: is empty; {WANTED}\n", id="empty stdin"),
        pytest.param(["empty.json"], f"empty.json: is empty; {WANTED}\n", id="an empty file"),
        pytest.param(
            ["text.json"], "text.json: is not JSON: JSON is malformed: invalid character (byte 0)\n", id="text"
        ),
        pytest.param(
            ["foreign.json"],
            f"foreign.json: is not a ducktracker document (no `kind` and `version`); {WANTED}\n",
            id="foreign JSON",
        ),
        pytest.param(["diff.json"], f"diff.json: this is a diff document; {WANTED}\n", id="another kind"),
        pytest.param(
            ["newer.json"], "newer.json: this is schema version 3; this dt-diff reads 1\n", id="a newer version"
        ),
        pytest.param(
            ["wrong.json"],
            "wrong.json: not a valid schema document: Expected `str`, got `int` - at `$.tables[0].name`\n",
            id="a wrong type",
        ),
        pytest.param([], "the following arguments are required: EXPECTED\nhint: dt-diff --help\n", id="no arguments"),
    ],
)
def test_bad_input_is_exit_2(folder: Path, arguments: list[str], error: str) -> None:
    assert dt_diff(folder, *arguments) == (2, "", f"dt-diff: {error}")


def test_a_terminal_is_no_input(folder: Path) -> None:
    terminal, stdin = pty.openpty()
    result = dt_diff(folder, "before.json", stdin=stdin)
    os.close(terminal)
    os.close(stdin)
    assert result == (2, "", f"dt-diff: stdin: is a terminal; {WANTED}\n{HINT}")


def test_a_file_name_that_is_not_utf_8(folder: Path) -> None:
    os.rename(folder / "after.json", os.fsencode(folder) + b"/\xff.json")
    assert dt_diff(folder, "before.json", "\udcff.json") == (1, document("before.json", "\\xff.json"), "")


def test_help_begins_with_examples(folder: Path) -> None:
    code, out, _ = dt_diff(folder, "--help")
    assert (code, out.startswith("examples:\n  dt-snapshot | dt-diff baseline.json")) == (0, True)


def test_only_what_it_needs_is_imported(folder: Path) -> None:
    foreign = "duckdb rich tomlkit dt_config dt_lake dt_scan dt_history dt_snapshot ducktracker"
    script = f"from dt_diff.cli import main; main(); print(set('{foreign}'.split()) & set(sys.modules))"
    command = [sys.executable, "-c", f"import sys; {script}", "after.json", "after.json", "--format", "junit"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.stdout.endswith("</testsuites>\nset()\n")


def test_help_loads_no_document_type() -> None:
    script = "import sys, dt_diff.cli; print({'msgspec', 'dt_contract.codec', 'dt_diff.compare'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "set()\n"
