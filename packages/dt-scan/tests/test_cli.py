import json
import subprocess
import sys
from pathlib import Path

import pytest

from dt_contract import __version__
from dt_contract.codec import decode
from dt_contract.flags import json_schema
from dt_contract.migrations import MigrationsDocument
from dt_scan.cli import main


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DUCKTRACKER_DIRECTORY", "DUCKTRACKER_MIGRATIONS_DIR"):
        monkeypatch.delenv(name, raising=False)
    for folder in ("migrations", "other"):
        Path(folder).mkdir()
        Path(folder, f"V1__{folder}.sql").touch()


def scanned(argv: list[str], capfd: pytest.CaptureFixture[str]) -> MigrationsDocument:
    assert main(argv) == 0
    out, err = capfd.readouterr()
    assert err == ""
    return decode(out.encode(), MigrationsDocument, reader="test", source="stdout")


@pytest.mark.parametrize(
    ("argv", "directory"),
    [
        pytest.param(["other"], "other", id="folder"),
        pytest.param(["./other/"], "other", id="folder, written otherwise"),
        pytest.param(["-c", "d.toml"], "migrations", id="file"),
        pytest.param(["-c", "none.toml", "other"], "other", id="folder needs no file"),
    ],
)
def test_folder(argv: list[str], directory: str, capfd: pytest.CaptureFixture[str]) -> None:
    Path("d.toml").write_text('[connection]\ncatalog_backend = "postgres"\n')
    document = scanned(argv, capfd)
    assert document.directory == directory
    assert [migration.description for migration in document.migrations] == [directory]


def test_variable(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUCKTRACKER_DIRECTORY", "other")
    assert scanned([], capfd).directory == "other"


def test_folder_elsewhere_is_named_in_full(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("ducktracker.toml").touch()
    monkeypatch.chdir("other")
    assert scanned(["-c", "../ducktracker.toml"], capfd).directory == str(tmp_path / "migrations")


def test_current_folder(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("other")
    assert scanned(["."], capfd).directory == "."


def test_faults_are_told_beside_the_document(capfd: pytest.CaptureFixture[str]) -> None:
    Path("other/V3__x.sql").touch()
    Path("other/V3__y.sql").touch()
    assert main(["other"]) == 1
    out, err = capfd.readouterr()
    assert err == "dt-scan: V3__x.sql: two files claim version 3: V3__x.sql and V3__y.sql\n"
    assert [fault["code"] for fault in json.loads(out)["faults"]] == ["duplicate-version"]


@pytest.mark.parametrize(
    ("argv", "err"),
    [
        pytest.param(
            [],
            "dt-scan: no ducktracker.toml here or in a folder above, and no setting in the environment or flags\n"
            "hint: run `ducktracker init` to create one, or pass `-c FILE`\n",
            id="no configuration",
        ),
        pytest.param(
            ["none"],
            "dt-scan: none: there is no such folder\n"
            "hint: `migrations.directory` says where the migrations are; `ducktracker create` makes the first one\n",
            id="no folder",
        ),
        pytest.param(
            [""],
            "dt-scan: DIR: there is no such folder\n"
            "hint: `migrations.directory` says where the migrations are; `ducktracker create` makes the first one\n",
            id="empty folder name",
        ),
        pytest.param(
            ["migrations/V1__migrations.sql"], "dt-scan: migrations/V1__migrations.sql: is not a folder\n", id="file"
        ),
        pytest.param(["a", "b"], "dt-scan: unrecognized arguments: b\nhint: dt-scan --help\n", id="usage"),
    ],
)
def test_errors(argv: list[str], err: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    assert capfd.readouterr() == ("", err)


@pytest.mark.parametrize(
    ("argv", "begin"),
    [
        pytest.param(["--help"], "examples:\n  dt-scan ", id="help"),
        pytest.param(["--version"], f"dt-scan {__version__}\n", id="version"),
        pytest.param(["--print-schema"], json_schema("migrations"), id="schema"),
    ],
)
def test_prints(argv: list[str], begin: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main(argv)
    assert capfd.readouterr().out.startswith(begin)


def test_imports_only_what_it_needs() -> None:
    code = (
        "import json, sys; before = set(sys.modules); from dt_scan.cli import main; code = main(['other']); "
        "print(json.dumps([name.partition('.')[0] for name in set(sys.modules) - before])); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"duckdb", "rich", "tomlkit", "tomllib"} & set(json.loads(done.stdout.splitlines()[-1]))
