import io
import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dt_config.config import Config, Connection
from dt_contract.codec import encode
from dt_contract.migrations import Fault, Migration, MigrationsDocument
from dt_history.cli import main
from dt_history.table import NewRow, append, make_table
from dt_lake.lake import open_lake

FILE = Migration(type="versioned", version=1, description="birds", script="V1__birds.sql", checksum="c" * 64)
PENDING = Migration(type="versioned", version=2, description="ponds", script="V2__ponds.sql", checksum="d" * 64)
FOLDER = MigrationsDocument(directory="migrations", migrations=(FILE, PENDING))
FAULTY = msgspec.structs.replace(FOLDER, faults=(Fault(code="bad-name", script="x.sql", message="the name is wrong"),))


@pytest.fixture
def pond(tmp_path: Path) -> Path:
    """A lake in pond.db with one applied migration, and the settings that name it."""
    (tmp_path / "ducktracker.toml").write_text(
        '[connection]\ncatalog_name = "pond"\nduckdb_metadata_path = "pond.db"\n'
    )
    config = Config(connection=Connection(catalog_name="pond", duckdb_metadata_path=str(tmp_path / "pond.db")))
    with open_lake(config, write=True, create=True) as lake:
        make_table(lake)
        append(lake, 1, [NewRow("versioned", 1, "birds", "V1__birds.sql", "c" * 64)])
    return tmp_path


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("pond")
def test_history(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    document = printed(capsys)
    assert (document["kind"], document["version"], document["table"]) == (
        "history",
        2,
        "pond.main.ducktracker_schema_history",
    )
    assert [(row["installed_rank"], row["script"], row["type"]) for row in document["rows"]] == [
        (1, "V1__birds.sql", "versioned")
    ]


@pytest.mark.usefixtures("pond")
@pytest.mark.parametrize("argv", [["status"], ["status", "-"], ["status", "migrations.json"]], ids=" ".join)
def test_status(argv: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("migrations.json").write_bytes(encode(FOLDER))
    give(monkeypatch, encode(FOLDER))
    assert main(argv) == 0
    document = printed(capsys)
    assert (document["kind"], document["current_version"]) == ("status", 1)
    assert document["counts"] == {"applied": 1, "pending": 1}


def test_without_a_lake_everything_is_pending(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give(monkeypatch, encode(FOLDER))
    assert main(["--metadata", "none.db", "status"]) == 0
    assert printed(capsys)["counts"] == {"pending": 2}
    assert not Path("none.db").exists()


@pytest.mark.usefixtures("pond")
@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(["--metadata", "none.db", "--catalog", "other"], id="before"),
        pytest.param(["--metadata", "none.db", "status", "--catalog", "other"], id="on both sides"),
        pytest.param(["status", "--metadata", "none.db", "--catalog", "other"], id="after"),
    ],
)
def test_flags_stand_before_or_after_status(
    argv: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give(monkeypatch, encode(FOLDER))
    assert main(argv) == 0
    document = printed(capsys)
    assert document.get("counts", {"pending": 2}) == {"pending": 2}
    assert document.get("rows", []) == []


SCHEMA = b'{"kind": "schema", "version": 1}'


@pytest.mark.usefixtures("pond")
@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        pytest.param(b"", "dt-history: stdin: is empty; dt-history status reads a migrations document\n", id="empty"),
        pytest.param(
            SCHEMA,
            "dt-history: stdin: this is a schema document; dt-history status reads a migrations document\n",
            id="another document",
        ),
        pytest.param(
            b'{"kind": "migrations", "version": 3}',
            "dt-history: stdin: this is migrations version 3; this dt-history status reads 1 to 2\n",
            id="a newer version",
        ),
        pytest.param(encode(FAULTY), "dt-history: x.sql: the name is wrong\n", id="a folder with a fault"),
    ],
)
def test_input_that_can_not_be_used(
    stdin: bytes, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give(monkeypatch, stdin)
    assert main(["status"]) == 2
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param(
            [],
            "dt-history: no ducktracker.toml here or in a folder above, and no setting in the environment or flags\n",
            id="none",
        ),
        pytest.param(["-c", "x.toml"], "dt-history: x.toml: can't be read: No such file or directory\n", id="no file"),
        pytest.param(
            ["stauts"],
            "dt-history: there is no command 'stauts'\nhint: did you mean `dt-history status`?\n",
            id="a typo",
        ),
        pytest.param(["--metdata=x"], "dt-history: unrecognized arguments: --metdata=x\n", id="an unknown flag"),
    ],
)
def test_usage_and_settings(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert (out, err[: len(said)]) == ("", said)
    assert "Traceback" not in err


def test_a_file_that_is_no_lake(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "pond.db").write_text("hello")
    assert main(["--metadata", "pond.db"]) == 3
    assert capsys.readouterr() == ("", f"dt-history: {tmp_path}/pond.db: not a DuckLake catalog file\n")


@pytest.mark.parametrize(
    ("argv", "begins"),
    [
        pytest.param(["--help"], "examples:\n  dt-history ", id="help"),
        pytest.param(["--version"], "dt-history 0.", id="version"),
        pytest.param(["--print-schema"], "{\n", id="schema"),
        pytest.param(["status", "--print-schema"], "{\n", id="schema of status"),
    ],
)
def test_what_it_tells_of_itself(argv: list[str], begins: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code in (0, None)
    assert capsys.readouterr().out.startswith(begins)


def test_its_version_names_the_engines(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert " (DuckDB 1." in (told := capsys.readouterr().out)
    assert ", DuckLake " in told
