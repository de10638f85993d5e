"""The command: a migrations document in, findings out. No lake and no extension is there."""

import hashlib
import io
import sys
from pathlib import Path

import pytest

from dt_contract import codec
from dt_contract.findings import FindingsDocument
from dt_contract.flags import json_schema
from dt_contract.migrations import Fault, Migration, MigrationsDocument
from dt_lint.cli import main

NESTED = "ALTER TABLE t ADD COLUMN s STRUCT(a INT);\nALTER TABLE t RENAME s TO r;\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("migrations").mkdir()


def scanned(*texts: str, faults: tuple[Fault, ...] = ()) -> bytes:
    """Write files, and return what dt-scan would print of them."""
    migrations = []
    for version, text in enumerate(texts, start=1):
        script = f"V{version}__x.sql"
        Path("migrations", script).write_text(text, encoding="utf-8", newline="")
        checksum = hashlib.sha256(text.encode()).hexdigest()
        migrations.append(
            Migration(type="versioned", version=version, description="x", script=script, checksum=checksum)
        )
    return codec.encode(MigrationsDocument(directory="migrations", migrations=tuple(migrations), faults=faults))


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> "Run":
    return Run(capfd, monkeypatch)


class Run:
    """Runs the command with a document on stdin."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capfd = capfd
        self._monkeypatch = monkeypatch

    def __call__(self, document: bytes, *argv: str) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(document)))
        code = main(argv)
        return code, *self._capfd.readouterr()

    def findings(self, document: bytes, *argv: str) -> list[tuple[str, str, int | None]]:
        code, out, err = self(document, *argv)
        found = codec.decode(out.encode(), FindingsDocument, reader="test", source="stdout")
        assert (code, err) == (bool(found.findings), "")
        return [(one.code, one.script, one.line) for one in found.findings]


def test_nothing_is_found(run: Run) -> None:
    assert run(scanned("CREATE TABLE t (i INT);", "DROP TABLE t;"), "--format", "text") == (
        0,
        "no findings in 2 files\n",
        "",
    )


def test_all_findings_of_all_files_are_reported(run: Run) -> None:
    broken = f"BEGIN;\n{NESTED}SELEC 1;\nCOMMIT;"
    assert run.findings(scanned(broken, "SELECT 1;", "CREATE TABLE t (i INT);\nALTER TABLE t RENAME TO T;")) == [
        ("DL412", "V1__x.sql", 1),
        ("DL402", "V1__x.sql", 3),
        ("DL412", "V1__x.sql", 4),
        ("DL412", "V1__x.sql", 5),
        ("DL406", "V3__x.sql", 2),
    ]


def test_each_file_is_a_transaction(run: Run) -> None:
    assert run.findings(scanned(*NESTED.splitlines())) == []


def test_a_whole_file(run: Run) -> None:
    assert run.findings(scanned("-- nothing\n")) == [("DL412", "V1__x.sql", None)]
    assert run(scanned(""), "--format", "text")[1].splitlines()[0] == (
        "V1__x.sql: is empty; a migration needs a statement (DL412)"
    )


def test_text(run: Run) -> None:
    assert run(scanned("COMMIT;"), "--format", "text") == (
        1,
        "V1__x.sql:1: COMMIT is not allowed: ducktracker runs each migration in a transaction of its own (DL412)\n"
        "    hint: remove the statement; split the file where a commit is needed\n"
        "1 finding in 1 file\n",
        "",
    )


def test_github(run: Run) -> None:
    assert run(scanned("COMMIT;"), "--format", "github")[1] == (
        "::error file=migrations/V1__x.sql,line=1,title=DL412 SQL that a migration can't hold::COMMIT is not allowed: "
        "ducktracker runs each migration in a transaction of its own"
        "%0Ahint: remove the statement; split the file where a commit is needed\n1 finding in 1 file\n"
    )


def test_the_names_of_the_project_are_those_of_its_settings(run: Run) -> None:
    document = scanned("DELETE FROM applied;")
    assert run.findings(document) == []
    Path("x.toml").write_text('[migrations]\nschema_history_table = "applied"\n')
    assert run.findings(document, "-c", "x.toml") == [("DL414", "V1__x.sql", 1)]


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("DROP TABLE ducktracker_schema_history;", "ducktracker_schema_history"),
        ("DROP TABLE Main.ducktracker_schema_history;", "main.ducktracker_schema_history"),
        ("DROP SCHEMA x CASCADE;", "x"),
        ("COMMIT;", None),
    ],
)
def test_the_object_of_a_finding(run: Run, sql: str, named: str | None) -> None:
    """Without a schema it may be in x or in main."""
    Path("ducktracker.toml").write_text('[migrations]\ntarget_schema = "x"\n')
    code, out, _ = run(scanned(sql))
    (found,) = codec.decode(out.encode(), FindingsDocument, reader="test", source="stdout").findings
    assert (code, found.object) == (1, named)


def test_a_document_in_a_file(run: Run) -> None:
    Path("m.json").write_bytes(scanned("COMMIT;"))
    assert run.findings(b"", "m.json") == [("DL412", "V1__x.sql", 1)]


def test_a_file_that_has_changed(run: Run) -> None:
    document = scanned("SELECT 1;")
    Path("migrations/V1__x.sql").write_text("SELECT 2;")
    assert run(document) == (2, "", "dt-lint: V1__x.sql: changed while it was being read\nhint: run again\n")


@pytest.mark.parametrize("script", ["V1__gone.sql", "a\0b", "../" * 50 + "etc/passwd"])
def test_a_file_that_is_not_what_the_document_says(run: Run, script: str) -> None:
    migration = Migration(type="versioned", version=1, description="x", script=script, checksum="")
    code, out, err = run(codec.encode(MigrationsDocument(directory="migrations", migrations=(migration,))))
    assert (code, out, "Traceback" in err) == (2, "", False)
    assert err.startswith("dt-lint: ")


def test_files_that_can_not_be_used_are_named(run: Run) -> None:
    fault = Fault(code="bad-name", script="x.sql", message="the name is neither")
    assert run(scanned("SELECT 1;", faults=(fault,)), "--format", "text") == (
        0,
        "no findings in 1 file\n",
        "dt-lint: not checked: x.sql; dt-scan says why\n",
    )


def test_the_schema_is_that_of_findings(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--print-schema"])
    assert capfd.readouterr().out == json_schema("findings")
