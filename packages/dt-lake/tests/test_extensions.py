from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dt_config.config import Config
from dt_contract.errors import LakeError
from dt_lake.extensions import load_extension
from dt_lake.installed import bundled_command
from dt_lake.lake import connect
from support.lakes import extension

VERSION = duckdb.__version__


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB with nothing installed, and a network that can't be reached."""
    folder, nowhere = str(tmp_path / "installed"), "http://127.0.0.1:1"
    config = {"extension_directory": folder, "custom_extension_repository": nowhere}
    with duckdb.connect(config={**config}) as connection:
        yield connection


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dt_lake.extensions.find_spec", lambda _: None)


def is_loaded(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    query = "SELECT loaded FROM duckdb_extensions() WHERE extension_name = ?"
    return connection.execute(query, [name]).fetchone() == (True,)


def folder_with(folder: Path, name: str, data: bytes) -> str:
    folder.mkdir()
    (folder / name).write_bytes(data)
    return str(folder)


@pytest.mark.parametrize(
    ("name", "loaded"),
    [
        pytest.param("ducklake", "ducklake", id="ducklake"),
        pytest.param("postgres", "postgres_scanner", id="postgres, whose wheel has another name"),
        pytest.param("httpfs", "httpfs", id="httpfs"),
    ],
)
def test_wheel(name: str, loaded: str, connection: duckdb.DuckDBPyConnection) -> None:
    load_extension(connection, name)
    assert is_loaded(connection, loaded)


@pytest.mark.usefixtures("no_wheel")
def test_installed(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"INSTALL '{extension('ducklake')}'")
    load_extension(connection, "ducklake")
    assert is_loaded(connection, "ducklake")


@pytest.mark.usefixtures("no_wheel")
@pytest.mark.parametrize(
    ("name", "file"),
    [
        pytest.param("ducklake", "ducklake", id="ducklake"),
        pytest.param("postgres", "postgres_scanner", id="postgres under the wheel's name"),
    ],
)
def test_extensions_path(name: str, file: str, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "ours", f"{file}.duckdb_extension", extension(file).read_bytes())
    load_extension(connection, name, folder)
    assert is_loaded(connection, file)


@pytest.mark.usefixtures("no_wheel")
def test_what_does_not_load_is_passed_over(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    connection.execute(f"INSTALL '{extension('ducklake')}'")
    load_extension(connection, "ducklake", folder_with(tmp_path / "ours", "ducklake.duckdb_extension", b"junk"))
    assert is_loaded(connection, "ducklake")


@pytest.mark.usefixtures("no_wheel")
def test_every_way_fails(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(LakeError) as caught:
        load_extension(connection, "postgres", str(tmp_path / "ours"))
    ways = str(caught.value).removeprefix(f"DuckDB {VERSION} can't load its extension postgres; tried ").split("; ")
    installed = next((tmp_path / "installed").rglob("*"), tmp_path / "installed")
    assert [way.partition(": ")[0] for way in ways] == [
        f"extensions_path ({tmp_path}/ours/postgres.duckdb_extension)",
        "installed for this DuckDB",
        "duckdb-extension-postgres-scanner",
        "the network",
    ]
    assert str(installed) in ways[1]
    assert ways[2].endswith(": this wheel is not installed")
    assert "http://127.0.0.1:1/" in ways[3]
    assert caught.value.hint == f"run {bundled_command()}, or set connection.extensions_path"


@pytest.mark.usefixtures("no_wheel")
def test_a_file_with_a_broken_signature_is_not_loaded(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    data = bytearray(extension("ducklake").read_bytes())
    data[-1] ^= 1
    with pytest.raises(LakeError, match="signature is either missing or invalid and unsigned extensions are disabled"):
        load_extension(connection, "ducklake", folder_with(tmp_path / "ours", "ducklake.duckdb_extension", bytes(data)))


def test_unsigned_extensions_stay_forbidden() -> None:
    with connect(Config()) as connection:
        assert connection.execute("SELECT current_setting('allow_unsigned_extensions')").fetchone() == (False,)


def test_what_a_migration_needs_is_installed_as_ever(connection: duckdb.DuckDBPyConnection) -> None:
    load_extension(connection, "ducklake")
    assert connection.execute("SELECT current_setting('autoinstall_known_extensions')").fetchone() == (True,)
