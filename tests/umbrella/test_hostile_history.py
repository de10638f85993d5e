"""Rows of the history that somebody with the right to write put there: one line and exit 2 or 3, never a bug.

What such a row says is believed if it can be; that is what the right to write means. It must not end a command in a
traceback, and must not take time or memory out of proportion.
"""

import re
import shutil
import zlib
from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb
import pytest
from _pytest.mark import ParameterSet

from support.lakes import attached
from support.project import Project, project_at

COMMANDS = (("info",), ("drift",), ("log",), ("repair", "--dry-run"), ("migrate",))
"""Those that read all that the others read; of the rest, `MORE` see a few of the rows."""
MORE = (
    ("validate",),
    ("log", "--out-of-band"),
    ("diff", "V1", "live"),
    ("plan",),
    ("drift", "--accept", "why"),
    ("repair", "--yes"),
    ("baseline", "-v", "1"),
)
INSERT = "INSERT INTO ducktracker_schema_history VALUES ({}, {}, {}, ?, {}, {}, 'me', {}, 1, {}, NULL, ?)"
FORM = b"ducktracker copy 1\n"
HEADER = b'{"snapshot":1,"options":{"lake":{},"schemas":{},"tables":{}},"digest":"x"}\n'


def row(
    kind: str,
    data: bytes | None = None,
    *,
    rank: str = "98",
    version: str = "NULL",
    description: str = "'x'",
    script: str = "'<< x >>'",
    checksum: str = "'x'",
    on: str = "now()::TIMESTAMP",
    success: str = "true",
) -> tuple[str, list[object]]:
    return INSERT.format(rank, version, description, script, checksum, on, success), [kind, data]


def nested(depth: int) -> bytes:
    return b'{"x":' * depth + b"1" + b"}" * depth


def columns(depth: int) -> bytes:
    inner = b'{"name":"c","type":"struct","fields":[' * depth + b"]}" * depth
    return b'{"kind":"schema","version":1,"tables":[{"schema":"main","name":"t","columns":[' + inner + b"]}]}"


def bomb(size: int) -> bytes:
    compressor = zlib.compressobj(9)
    block = b" " * (1 << 24)
    return b"".join([compressor.compress(block) for _ in range(size >> 24)] + [compressor.flush()])


def copy(body: bytes, header: bytes = HEADER) -> bytes:
    return FORM + header + body


ROWS = [
    pytest.param(row("A", b"garbage"), id="accepted, no compressed data"),
    pytest.param(row("A", zlib.compress(b"{}")), id="accepted, no document"),
    pytest.param(row("A", zlib.compress(nested(5000))), id="accepted, nested deep"),
    pytest.param(row("A", zlib.compress(b'{"kind":"diff","version":1}')), id="accepted, half a document"),
    pytest.param(row("A", zlib.compress(b"x" * 100)[:-8]), id="accepted, cut short"),
    pytest.param(row("A", bomb(1 << 30)), id="accepted, a gigabyte of blanks"),
    pytest.param(row("A"), id="accepted, no data"),
    pytest.param(row("S", copy(zlib.compress(b"{}"), nested(5000) + b"\n")), id="copy, deep header"),
    pytest.param(row("S", copy(b"garbage")), id="copy, no compressed data"),
    pytest.param(row("S", copy(bomb(1 << 30))), id="copy, a gigabyte of blanks"),
    pytest.param(row("S", copy(zlib.compress(nested(5000)))), id="copy, nested deep"),
    pytest.param(row("S", copy(zlib.compress(columns(700)))), id="copy, columns nested deep"),
    pytest.param(row("S", copy(b"", b'{"snapshot":99999999999999999999,"options":{}}\n')), id="copy, huge snapshot"),
    pytest.param(row("S", FORM), id="copy, nothing"),
    pytest.param(row("S", b"\xff" * 50), id="copy of another form"),
    pytest.param(row("X"), id="unknown type"),
    pytest.param(row(""), id="empty type"),
    pytest.param(row("V", version="-5"), id="negative version"),
    pytest.param(row("V", version="9223372036854775807"), id="the highest version"),
    pytest.param(row("V", version="1", on="'infinity'"), id="infinite time"),
    pytest.param(row("V", version="1", on="'290000-12-31'"), id="far time"),
    pytest.param(row("V", version="1", on="'0044-03-15 (BC)'", success="false"), id="time before Christ"),
    pytest.param(row("V", rank="-7", version="1"), id="negative rank"),
    pytest.param(row("V", rank="2147483647", version="5"), id="the highest rank"),
    pytest.param(row("V", rank="1", version="1"), id="a rank twice"),
    pytest.param(row("R", script="''", checksum="''", description="''"), id="empty texts"),
    pytest.param(row("P", checksum="'cleared'", script="'V1__birds.sql'"), id="repair of nothing"),
    pytest.param(row("V", version="1", script="repeat('x', 1000000)"), id="a long script"),
    pytest.param(row("V", version="NULL", checksum="'baseline'"), id="baseline of no version"),
    pytest.param(row("V", version="1", script="'V1__x' || chr(0) || chr(27) || chr(10) || '.sql'"), id="controls"),
]
CHANGES = [
    pytest.param("ALTER TABLE h ALTER version TYPE HUGEINT; UPDATE h SET version = 2::HUGEINT ** 100", id="huge"),
    pytest.param("ALTER TABLE h DROP version; ALTER TABLE h ADD version VARCHAR DEFAULT 'x'", id="text"),
    pytest.param("ALTER TABLE h ALTER installed_rank DROP NOT NULL; UPDATE h SET installed_rank = NULL", id="no rank"),
    pytest.param("ALTER TABLE h ALTER script DROP NOT NULL; UPDATE h SET script = NULL", id="NULLs"),
    pytest.param(
        "ALTER TABLE h DROP snapshot_data; ALTER TABLE h ADD snapshot_data VARCHAR DEFAULT 'x'", id="text for data"
    ),
    pytest.param("ALTER TABLE h DROP COLUMN snapshot_data", id="no data"),
    pytest.param("DELETE FROM h", id="no rows"),
    pytest.param("DROP TABLE h; CREATE VIEW h AS SELECT 1 AS x", id="a view"),
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with a migration applied, and somebody's table."""
    made = project_at(tmp_path_factory.mktemp("template") / "project")
    made.migration("V1__birds.sql", "CREATE TABLE birds (id INT);\n")
    assert made.main("migrate").code == 0
    made.sql("CREATE TABLE mine (id INT)")
    made.migration("V2__ponds.sql", "CREATE TABLE ponds (id INT);\n")
    return made


@pytest.fixture
def project(template: Project, tmp_path: Path) -> Project:
    shutil.copytree(template.folder, tmp_path / "project")
    moved = Project(
        tmp_path / "project",
        template.environment,
        "duckdb",
        str(tmp_path / "project" / "lake.db"),
        str(tmp_path / "project" / "data"),
    )
    with duckdb.connect(moved.source) as catalog:
        catalog.execute(f"UPDATE ducklake_metadata SET value = '{moved.data_path}/' WHERE key = 'data_path'")
    return moved


def check(project: Project, commands: Sequence[Sequence[str]] = COMMANDS) -> None:
    problems = []
    for argv in commands:
        ran = project.main(*argv)
        said = [line for line in ran.err.splitlines() if line.startswith("ducktracker: ")]
        if ran.code not in (0, 1, 2, 3, 4, 5) or (ran.code in (2, 3) and len(said) != 1) or "Traceback" in ran.err:
            problems.append(f"{' '.join(argv)}: {ran.code} {ran.err[-600:]}")
    assert not problems, "\n".join(problems)


def few(params: list[ParameterSet], names: Collection[str]) -> list[ParameterSet]:
    """All of them in the slow run, and those of these names in each one."""
    return [
        item if item.id in names else pytest.param(*item.values, id=item.id, marks=pytest.mark.slow) for item in params
    ]


FEW = (
    "accepted, no compressed data",
    "accepted, a gigabyte of blanks",
    "copy, deep header",
    "copy, columns nested deep",
)


@pytest.mark.parametrize("hostile", few(ROWS, FEW))
def test_a_row(project: Project, hostile: tuple[str, list[object]]) -> None:
    with attached(project.source, project.data_path) as lake:
        lake.execute(*hostile)
    check(project)


def test_the_other_commands(project: Project) -> None:
    with attached(project.source, project.data_path) as lake:
        lake.execute(*row("A", b"garbage"))
        lake.execute(*row("S", copy(b"garbage"), rank="99"))
        lake.execute(*row("V", rank="100", version="-5", on="'infinity'"))
    check(project, MORE)


@pytest.mark.parametrize("change", few(CHANGES, ("NULLs",)))
def test_a_table_of_other_types(project: Project, change: str) -> None:
    for statement in change.split("; "):
        project.sql(re.sub(r"\bh\b", "ducktracker_schema_history", statement))
    check(project)
