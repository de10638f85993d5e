"""What a stranger wrote controls neither a terminal nor a CI system, whichever command shows it and in which format."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from support.lakes import literal
from support.project import Project, project_at

BAD = "a\x1b[3mb\n::pwn::c\r\n ::pwn::d\n##[pwn]e\tf\u202eg\u200bh\U000e0041i\x9b2Jj\u2028::pwn::k\x07\x7f%0A::pwn::"
"""Escapes, commands of CI systems at the beginnings of lines, and what reorders a line or isn't seen."""
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
COMMAND = re.compile(r"(?m)^\s*(?:::pwn|##\w*\[)")
OURS = re.compile(r"::(?:error|warning|notice) ")
FORMATS = ("text", "github", "junit", "json")
FILE = BAD.replace("/", "").replace("\u2028", "")

NAME = '"' + BAD + '"'
TEXT = literal(BAD)
OUT_OF_BAND = f"""
BEGIN;
CALL ducklake_set_commit_message('lake', {TEXT}, {TEXT}, extra_info => {TEXT});
CREATE SCHEMA {NAME};
CREATE TABLE {NAME}.{NAME} ({NAME} INTEGER, s STRUCT({NAME} INTEGER), d VARCHAR DEFAULT {TEXT});
CREATE TABLE {NAME} (i INTEGER);
ALTER TABLE birds ADD COLUMN {NAME} INTEGER;
ALTER TABLE ponds RENAME TO "p{BAD}";
CREATE VIEW {NAME}."v{BAD}" AS SELECT {TEXT} AS {NAME}, i FROM main.birds;
CREATE VIEW lines AS SELECT {TEXT} AS x;
CREATE MACRO {NAME}({NAME}) AS {TEXT} || {NAME};
COMMENT ON TABLE birds IS {TEXT};
COMMENT ON COLUMN birds.i IS {TEXT};
COMMENT ON VIEW lines IS {TEXT};
COMMIT
"""
ROW = """
INSERT INTO ducktracker_schema_history
VALUES ({rank}, {version}, {text}, {kind}, {text}, {text}, {text}, now()::TIMESTAMP, 1, {success}, {text}, NULL)
"""
ROWS = (
    ROW.format(rank=90, version=2, text=TEXT, kind="'V'", success="true"),
    ROW.format(rank=91, version=3, text=TEXT, kind="'V'", success="false"),
    ROW.format(rank=92, version="NULL", text=TEXT, kind="'R'", success="true"),
)
OTHER_ROWS = (
    ROW.format(rank=93, version="NULL", text=TEXT, kind=TEXT, success="true"),
    ROW.format(rank=94, version="NULL", text=TEXT, kind="'A'", success="true"),
    ROW.format(rank=95, version="NULL", text=TEXT, kind="'P'", success="true"),
)
FORMED = (
    ("ducktracker", "drift"),
    ("ducktracker", "drift", "--since-migration"),
    ("ducktracker", "diff", "V1", "live"),
    ("ducktracker", "validate"),
)
READING = (
    *((*command, "--format", form) for command in FORMED for form in FORMATS),
    *(("ducktracker", *command) for command in (("info",), ("log",), ("log", "--out-of-band"), ("plan",))),
    *(("ducktracker", *command, "--json") for command in (("info",), ("log",), ("plan",))),
    ("ducktracker", "drift", "--against", "files"),
    ("ducktracker", "log", "--table", BAD),
    ("ducktracker", "repair", "--dry-run"),
    ("ducktracker", "migrate", "--dry-run"),
    ("ducktracker", "migrate"),
    ("ducktracker", "migrate", "--json"),
    ("ducktracker", "baseline", "-v", "1", "-d", BAD),
    ("dt-snapshot",),
    ("dt-history",),
    ("dt-scan",),
)
MISUSED = (
    ("ducktracker", BAD),
    ("ducktracker", "--catalog", BAD, "info"),
    ("ducktracker", "--metadata", BAD, "info"),
    ("ducktracker", "--backend", BAD, "info"),
    ("ducktracker", "--connection", BAD, "--backend", "postgres", "info"),
    ("ducktracker", "-c", BAD, "info"),
    ("ducktracker", "init", BAD),
    ("ducktracker", "init", ".", "--backend", BAD),
    ("ducktracker", "create", BAD),
    ("ducktracker", "migrate", "--target", BAD),
    ("ducktracker", "migrate", "--plan", BAD),
    ("ducktracker", "plan", "--out", f"missing/{BAD}"),
    ("ducktracker", "diff", BAD, "live"),
    ("ducktracker", "log", "--table", f"other{BAD}"),
    ("dt-diff", BAD, f"other{BAD}"),
    ("dt-scan", BAD),
    ("dt-snapshot", "--at", BAD),
    ("dt-snapshot", "--at-time", BAD),
    ("dt-config", "--catalog", BAD),
    ("dt-config", "get", "connection.catalog_name", "--catalog", BAD),
    ("dt-config", "get", BAD),
    ("dt-config", "set", BAD, "x"),
    ("dt-config", "set", "connection.catalog_backend", BAD),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose lake, history and folder hold what strangers wrote."""
    made = project_at(tmp_path_factory.mktemp("hostile") / "project")
    made.migration("V1__birds.sql", "CREATE TABLE birds (i INT);\nCREATE TABLE ponds (i INT);\n")
    assert made.main("migrate").code == 0
    made.sql(OUT_OF_BAND)
    with duckdb.connect(made.source) as catalog:
        catalog.execute("INSERT INTO ducklake_metadata VALUES (?, ?, NULL, NULL)", [BAD, BAD])
    for row in ROWS:
        made.sql(row)
    made.migration(f"V9__{FILE}.sql", f"SELECT\n::pwn::x,\n{TEXT},\n\t##[pwn] missing;\n")
    return made


def problems(project: Project, commands: Sequence[Sequence[str]], stdin: str = "") -> list[str]:
    found = []
    for command in commands:
        ran = project.call(*command, stdin=stdin)
        shown = ran.out + ran.err
        if ran.code not in (0, 1, 2, 3, 4) or "Traceback" in ran.err:
            found.append(f"{command}: {ran.code}: {ran.err[-500:]}")
        if raw := UNSEEN.search(shown) or COMMAND.search(shown):
            found.append(f"{command}: {shown[max(0, raw.start() - 60) : raw.end() + 20]!r}")
        found += [f"{command}: {line}" for line in shown.split("\n") if "::" in line[:2] and not OURS.match(line)]
    return found


def test_what_is_in_the_lake(project: Project) -> None:
    assert problems(project, READING) == []


def test_json_holds_the_text_as_it_is(project: Project) -> None:
    schema = project.call("dt-snapshot").json
    assert BAD in {item["name"] for item in schema["schemas"]}
    assert {BAD, f"p{BAD}"} <= {table["name"] for table in schema["tables"]}
    assert BAD in {table.get("comment") for table in schema["tables"]}
    history = project.call("dt-history").json
    assert BAD in {row["description"] for row in history["rows"]}


def test_documents_in_a_pipe(project: Project) -> None:
    """What one command wrote, and another shows."""
    snapshot, scanned = project.call("dt-snapshot").out, project.call("dt-scan").out
    (project.folder / f"empty{FILE}.json").write_text('{"kind":"schema","version":1}')
    commands = [("dt-diff", f"empty{FILE}.json", "-", "--format", form) for form in FORMATS]
    assert problems(project, commands, stdin=snapshot) == []
    readers = [("dt-history", "status"), *(("dt-lint", "--format", form) for form in ("json", "text", "github"))]
    assert problems(project, readers, stdin=scanned) == []


def test_documents_of_another_kind(project: Project) -> None:
    for document in (
        {"kind": BAD},
        {"kind": "schema", "version": BAD},
        {"kind": "schema", "version": 1, "tables": [{"schema": BAD, "name": 1}]},
        {"kind": "migrations", "version": 1, "migrations": [{"script": BAD}], BAD: BAD},
    ):
        given = json.dumps(document)
        readers = [("dt-diff", "-", "x"), ("dt-diff", "-", "-"), ("dt-history", "status"), ("dt-lint",)]
        assert problems(project, readers, given) == []


@pytest.mark.parametrize("command", MISUSED, ids=lambda command: " ".join(command).replace(BAD, "BAD"))
def test_what_is_typed(project: Project, command: Sequence[str]) -> None:
    """A CI job may take it from the name of a branch."""
    assert problems(project, [command]) == []


@pytest.mark.parametrize(
    "name", [f"V1__{FILE}.sql", f"{FILE}.sql", f"V{FILE}__x.sql", f"R__{FILE}.sql", f"v2__{FILE}.SQL"]
)
def test_files_with_faults(duckdb_project: Project, name: str) -> None:
    duckdb_project.migration("V1__birds.sql", "CREATE TABLE birds (i INT);\n")
    duckdb_project.migration(name, f"::pwn::\n##[pwn]\n{BAD}\n")
    commands = [("dt-scan",), *(("ducktracker", command) for command in ("info", "plan", "migrate"))]
    commands += [("ducktracker", "validate", "--format", form) for form in FORMATS]
    assert problems(duckdb_project, commands) == []


def test_rows_that_can_not_be_understood(project: Project) -> None:
    for row in OTHER_ROWS:
        project.sql(row)
    assert problems(project, READING) == []


def test_settings(duckdb_project: Project) -> None:
    config: Path = duckdb_project.folder / "ducktracker.toml"
    before = config.read_text()
    text = json.dumps(BAD, ensure_ascii=False).replace("\x7f", "\\u007f")
    for after in (f"[{text}]\n", f"{text} = 1\n", f"[connection]\n{text} = 1\n", f"[behavior]\nhazards = {text}\n"):
        config.write_text(after)
        assert problems(duckdb_project, [("ducktracker", "info"), ("dt-config",), ("dt-scan",)]) == []
    config.write_text(before + f"[drift]\nignore = [{text}]\n")
    assert (
        problems(duckdb_project, [("dt-config",), ("dt-config", "get", "drift.ignore"), ("ducktracker", "info")]) == []
    )
