import json
import subprocess
import sys
from pathlib import Path

import pytest

from dt_config.cli import main
from dt_contract import __version__
from dt_contract.codec import decode
from dt_contract.config import ConfigDocument
from dt_contract.flags import json_schema


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DUCKTRACKER_CATALOG_NAME", "DUCKTRACKER_POSTGRES_CONNECTION"):
        monkeypatch.delenv(name, raising=False)


def test_document(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main([]) == 0
    document = decode(capfdbinary.readouterr().out, ConfigDocument, reader="test", source="stdout")
    assert document.settings[0].key == "connection.catalog_name"


@pytest.mark.parametrize(
    ("argv", "out"),
    [
        pytest.param(["get", "connection.catalog_name"], "my_ducklake\n", id="get"),
        pytest.param(["--catalog", "a", "get", "connection.catalog_name"], "a\n", id="flag before get"),
        pytest.param(["get", "connection.catalog_name", "--catalog", "a"], "a\n", id="flag after get"),
        pytest.param(
            ["get", "connection.postgres_connection", "--connection", "password=Kz-cli"],
            "password=***\n",
            id="password",
        ),
        pytest.param(
            ["--reveal", "get", "connection.postgres_connection", "--connection", "password=Kz-cli"],
            "password=Kz-cli\n",
            id="revealed before get",
        ),
        pytest.param(
            ["get", "--reveal", "connection.postgres_connection", "--connection", "password=Kz-cli"],
            "password=Kz-cli\n",
            id="revealed after get",
        ),
        pytest.param(["--version"], f"dt-config {__version__}\n", id="version"),
        pytest.param(["--print-schema"], json_schema("config"), id="schema"),
    ],
)
def test_prints(argv: list[str], out: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert _exit(argv) == 0
    assert capfd.readouterr() == (out, "")


def _exit(argv: list[str]) -> int:
    try:
        return main(argv)
    except SystemExit as stop:
        return int(stop.code or 0)


def test_set_and_get(capfd: pytest.CaptureFixture[str]) -> None:
    Path("d.toml").write_text("")
    assert main(["-c", "d.toml", "set", "drift.ignore", "a, b"]) == 0
    assert main(["get", "drift.ignore", "-c", "d.toml"]) == 0
    assert capfd.readouterr() == ("a,b\n", "")


@pytest.mark.parametrize(
    ("argv", "err"),
    [
        pytest.param(
            ["get", "drift.ignor"],
            "dt-config: there is no setting `drift.ignor`; did you mean `drift.ignore`?\n",
            id="unknown key",
        ),
        pytest.param(
            ["set", "drift.ignore", "a"],
            "dt-config: no ducktracker.toml here or in a folder above, and no setting in the environment or flags\n"
            "hint: run `ducktracker init` to create one, or pass `-c FILE`\n",
            id="set without a file",
        ),
        pytest.param(
            ["--connection", "postgres://u:se@cret@h"],
            "dt-config: --connection: `connection.postgres_connection` is not a URI that libpq can read; "
            "in a password write @ as %40, : as %3A, / as %2F, % as %25\n",
            id="password in a bad URI",
        ),
        pytest.param(
            ["get"],
            "dt-config: the following arguments are required: KEY\nhint: dt-config get --help\n",
            id="usage",
        ),
    ],
)
def test_errors(argv: list[str], err: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    assert capfd.readouterr() == ("", err)


def test_help_begins_with_examples(capfd: pytest.CaptureFixture[str]) -> None:
    assert _exit(["--help"]) == 0
    assert capfd.readouterr().out.startswith("examples:\n  dt-config ")


@pytest.mark.parametrize(
    ("argv", "foreign"),
    [
        pytest.param(["get", "drift.ignore"], {"tomllib", "tomlkit", "duckdb", "rich"}, id="get without a file"),
        pytest.param(["get", "drift.ignore", "-c", "d.toml"], {"tomlkit", "duckdb", "rich"}, id="get from a file"),
    ],
)
def test_imports_only_what_it_needs(argv: list[str], foreign: set[str]) -> None:
    Path("d.toml").write_text("")
    code = (
        "import json, sys; before = set(sys.modules); from dt_config.cli import main; code = main(sys.argv[1:]); "
        "print(json.dumps([name.partition('.')[0] for name in set(sys.modules) - before])); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, *argv], check=True, capture_output=True, text=True)
    assert not foreign & set(json.loads(done.stdout.splitlines()[-1]))
