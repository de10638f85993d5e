"""Input that is too large or too deep, and a device that is full: one line, never a traceback."""

import sys
from pathlib import Path

import pytest

from support.commands import clean_environment, run, shell
from support.project import Project

FULL = "/dev/full"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return clean_environment(tmp_path / "home")


def columns(depth: int) -> str:
    inner = '{"name":"c","type":"struct","fields":[' * depth + "]}" * depth
    return '{"kind":"schema","version":1,"tables":[{"schema":"main","name":"t","columns":[' + inner + "]}]}"


def unknown(depth: int) -> str:
    return '{"kind":"schema","version":1,"x":' + "[" * depth + "]" * depth + "}"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(columns(700), id="columns 700 deep"),
        pytest.param(columns(20_000), id="columns 20,000 deep"),
        pytest.param(unknown(100_000), id="unknown fields 100,000 deep"),
        pytest.param('{"kind":"schema","version":' + "9" * 5000 + "}", id="a huge version"),
        pytest.param('{"kind":"schema","version":1,"lake":{"snapshot":' + "9" * 5000 + "}}", id="a huge number"),
        pytest.param('{"kind":"schema","version":1,"fingerprint":"\\ud800"}', id="half a pair"),
        pytest.param("\ufeff{}", id="a byte order mark"),
        pytest.param("\0" * 1000, id="NUL"),
        pytest.param('{"kind":"schema","version":1}'.encode("utf-16").decode("latin-1"), id="UTF-16"),
    ],
)
def test_a_document(tmp_path: Path, environment: dict[str, str], document: str) -> None:
    (tmp_path / "x.json").write_text(document)
    ran = run("dt-diff", "x.json", "-", folder=tmp_path, environment=environment, stdin='{"kind":"schema","version":1}')
    assert ran.code in (0, 1, 2), ran
    assert ran.err.count("\n") <= 1
    assert "Traceback" not in ran.err
    assert len(ran.err) < 1000


@pytest.mark.parametrize(
    "command", ["ducktracker", "dt-diff", "dt-scan", "dt-lint", "dt-config", "dt-history", "dt-snapshot"]
)
@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_a_full_device(tmp_path: Path, environment: dict[str, str], command: str, flag: str) -> None:
    ran = shell(f"{command} {flag} > {FULL}", folder=tmp_path, environment=environment)
    assert (ran.code, ran.err) == (2, f"{command}: stdout: can't be written: No space left on device\n")


def test_a_plan_that_finds_no_room(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);\n")
    ran = duckdb_project.main("plan", "--out", FULL)
    assert (ran.code, ran.err) == (2, f"ducktracker: {FULL}: can't be written: No space left on device\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[drift]\nignore = [" + ",\n".join(f'"main.t{i}"' for i in range(20_000)) + "]\n", id="a list"),
        pytest.param("[connection]\n" + "".join(f"k{i} = 1\n" for i in range(20_000)), id="keys"),
        pytest.param("# a\n" * 200_000, id="comments"),
        pytest.param("[connection]\n" + "k" * 1_000_000 + " = 1\n", id="a long key"),
        pytest.param("x = " + "[" * 10_000 + "]" * 10_000 + "\n", id="nested deep"),
        pytest.param("x = '" + "y" * 1_000_000 + "\n", id="an open string"),
    ],
)
def test_large_settings(duckdb_project: Project, text: str) -> None:
    (duckdb_project.folder / "ducktracker.toml").write_text(text)
    ran = duckdb_project.call("dt-config")
    assert ran.code in (0, 2)
    assert ran.err.count("\n") <= 2
    assert len(ran.err) < 1000


BOUNDED = """
import resource, sys
from dt_contract import boundary
def bound(more):
    pages = int(open('/proc/self/statm').read().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + (more << 20),) * 2)
def command(argv):
    bound(20)
    import duckdb
if sys.argv[1:] == ['thread']: bound(1)
boundary.end(boundary.run('dt-x', command, []))
"""


@pytest.mark.parametrize(
    ("where", "said"),
    [
        pytest.param("thread", "dt-x: there is too little memory for this\n", id="for a thread"),
        pytest.param("library", ".so: can't be loaded; is there too little memory?\n", id="for a library"),
    ],
)
def test_too_little_memory(tmp_path: Path, environment: dict[str, str], where: str, said: str) -> None:
    ran = shell(f'{sys.executable} -c "{BOUNDED}" {where}', folder=tmp_path, environment=environment)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1), ran.err
    assert ran.err.endswith(said)


def test_a_project_that_finds_no_room(tmp_path: Path, environment: dict[str, str]) -> None:
    """Nor does it leave half of one."""
    begin = "trap '' XFSZ; ulimit -f 0; ducktracker init --backend ducklake-duckdb 2>&1 | cat; exit ${PIPESTATUS[0]}"
    ran = shell(begin, folder=tmp_path, environment=environment)
    assert (ran.code, ran.out) == (2, "ducktracker: ducktracker.toml: can't be written: File too large\n")
    assert [file.name for file in tmp_path.iterdir() if file.name != "home"] == []
