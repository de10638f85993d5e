"""The command dt-branch: its errors, its exit codes, and what it leaves behind."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.project import Project, project_at

HOLD = """
import sys, duckdb
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A lake of the snapshots 0 to 2 in a DuckDB file, which no test changes."""
    project = project_at(tmp_path_factory.mktemp("cli") / "project")
    project.sql("CREATE TABLE birds AS SELECT range AS id FROM range(100)")
    project.sql("INSERT INTO birds VALUES (1000)")
    return project


def drafts(folder: Path) -> list[str]:
    return [file.name for file in folder.glob("*try*")] + [file.name for file in folder.glob(".*try*")]


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another process writes to a DuckDB file."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate("")


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        pytest.param([], 2, "the following arguments are required: TARGET", id="no target"),
        pytest.param(["try.db", "--at", "x"], 2, "argument --at: not a snapshot: 'x'", id="no number"),
        pytest.param(
            ["try.db", "--at", "9"], 2, "snapshot 9 is not in this lake (available: 0 to 2)", id="no snapshot"
        ),
        pytest.param(["try.db", "--lock-timeout", "-1"], 2, "argument --lock-timeout: not a number of", id="no time"),
        pytest.param(["lake.db"], 2, "lake.db: there is something of this name already", id="the lake itself"),
        pytest.param(["migrations"], 2, "migrations: there is something of this name already", id="a folder"),
        pytest.param(["no/try.db"], 3, "the lake's folder does not exist", id="a missing folder"),
        pytest.param(["lake.db/try.db"], 3, "the lake's folder does not exist", id="below a file"),
        pytest.param(["try.db", "--data-path", "data"], 2, "is not empty", id="the lake's data"),
        pytest.param(["try.db", "--metadata", "none.db"], 3, "none.db: this lake doesn't exist yet", id="no lake"),
        pytest.param(["try.db", "--metadata", "plain.db"], 3, "is not a DuckLake catalog", id="no lake in the file"),
        pytest.param(["try.db", "--metadata", "text.db"], 3, "not a DuckLake catalog file", id="a text file"),
    ],
)
def test_errors(lake: Project, argv: list[str], code: int, said: str) -> None:
    (lake.folder / "text.db").write_text("some text that is longer than a header of a file\n" * 100)
    if not (lake.folder / "plain.db").exists():
        subprocess.run([sys.executable, "-c", HOLD, str(lake.folder / "plain.db")], input="", text=True, check=True)
    ran = lake.call("dt-branch", *argv)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("dt-branch: ")
    assert said in ran.err.splitlines()[0]
    assert drafts(lake.folder) == []


def test_a_branch_as_it_is_made(lake: Project) -> None:
    made = lake.call("dt-branch", "made.db")
    assert (made.code, made.err) == (0, "")
    assert (made.json["snapshot"], made.json["is_encrypted"]) == (2, False)
    assert made.json["counts"]["tables"] == 1
    assert stat.S_IMODE((lake.folder / "made.db").stat().st_mode) == stat.S_IMODE(
        (lake.folder / "lake.db").stat().st_mode
    )
    assert not (lake.folder / "made.db.files").exists()


def test_a_lake_that_another_process_writes_to(lake: Project) -> None:
    with held(lake.folder / "lake.db"):
        ran = lake.call("dt-branch", "try.db", "--lock-timeout", "0.2")
    assert (ran.code, ran.out) == (5, "")
    waits, told, *_ = ran.err.splitlines()
    assert waits == "dt-branch: another process holds the lake; waiting up to 0.2 seconds"
    assert "another process holds this lake" in told
    assert drafts(lake.folder) == []


def test_the_end_of_the_other_process_is_waited_for(lake: Project) -> None:
    with held(lake.folder / "lake.db"):
        command = [sys.executable, "-m", "dt_branch.cli", "waited.db", "--lock-timeout", "60"]
        pipe = subprocess.PIPE
        waiting = subprocess.Popen(
            command, cwd=lake.folder, env=dict(lake.environment), stdout=pipe, stderr=pipe, text=True
        )
        assert waiting.stderr
        assert waiting.stderr.readline().endswith("waiting up to 60 seconds\n")
    out, err = waiting.communicate(timeout=60)
    assert (waiting.returncode, err) == (0, "")
    assert '"kind": "branch"' in out


def test_no_room(lake: Project) -> None:
    """A file may have so many blocks, as on a full disk."""
    ran = lake.pipe("ulimit -f 200; dt-branch try.db")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[0].endswith("can't be made: File too large")
    assert drafts(lake.folder) == []
