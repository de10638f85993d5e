"""Which database a catalog's file is one of, and which databases are refused by name."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dt_config.flags import Flags
from dt_config.resolve import resolve
from dt_contract.errors import InputError


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a file of each kind."""
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect("a.sqlite")) as file:
        file.execute("CREATE TABLE t (a)")
    Path("a.db").write_bytes(bytes(8) + b"DUCK" + bytes(4096))
    Path("empty").touch()
    Path("text").write_text("SQLite format")


def connected(metadata: str, **settings: str) -> tuple[str, str]:
    values = {"connection.duckdb_metadata_path": metadata}
    values |= {f"connection.{key}": value for key, value in settings.items()}
    settled = resolve(Flags(values=values), environ={}).connection
    return settled.catalog_backend, Path(settled.file).name


@pytest.mark.parametrize(
    ("file", "configured", "backend"),
    [
        pytest.param("a.sqlite", "", "sqlite", id="a SQLite file"),
        pytest.param("a.db", "", "duckdb", id="a DuckDB file"),
        pytest.param("empty", "", "duckdb", id="an empty one"),
        pytest.param("text", "", "duckdb", id="neither"),
        pytest.param("missing", "", "duckdb", id="none"),
        pytest.param("missing", "sqlite", "sqlite", id="none, in a project on SQLite"),
        pytest.param("a.db", "sqlite", "duckdb", id="a DuckDB file, in a project on SQLite"),
        pytest.param("missing", "postgres", "duckdb", id="none, in a project on PostgreSQL"),
        pytest.param("a.sqlite", "postgres", "sqlite", id="a SQLite file, in a project on PostgreSQL"),
    ],
)
def test_metadata_takes_either_file(file: str, configured: str, backend: str) -> None:
    if configured:
        Path("ducktracker.toml").write_text(
            f'[connection]\ncatalog_backend = "{configured}"\npostgres_connection = "host=x"'
        )
    assert connected(file) == (backend, file)


def test_a_backend_that_is_named_is_the_one() -> None:
    assert connected("a.sqlite", catalog_backend="duckdb") == ("duckdb", "a.sqlite")
    assert connected("missing", catalog_backend="sqlite") == ("sqlite", "missing")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"catalog_backend": "mysql"}, "not `mysql`: MySQL can't hold a DuckLake", id="MySQL"),
        pytest.param({"catalog_backend": "MariaDB"}, "not `MariaDB`: MySQL can't hold a DuckLake", id="MariaDB"),
        pytest.param({"catalog_backend": "quack"}, "a lake that a DuckDB serves (Quack)", id="Quack"),
        pytest.param({"catalog_backend": "motherduck"}, "a lake on MotherDuck", id="MotherDuck"),
        pytest.param({"duckdb_metadata_path": "md:pond"}, "--metadata: a lake on MotherDuck", id="a path there"),
        pytest.param({"duckdb_metadata_path": "quack:host"}, "--metadata: a lake that a DuckDB", id="a served one"),
        pytest.param({"duckdb_metadata_path": "mysql:db=x"}, "--metadata: MySQL can't", id="a MySQL connection"),
        pytest.param({"sqlite_path": "ducklake:md:x"}, "a lake on MotherDuck", id="what ATTACH would take"),
        pytest.param({"sqlite_path": "sqlite:x.db"}, "a path is needed here, without `sqlite:`", id="SQLite's prefix"),
        pytest.param(
            {"duckdb_metadata_path": "ducklake:sqlite:x.db"}, "--metadata: a path is needed", id="two prefixes"
        ),
        pytest.param(
            {"catalog_backend": "sqlite", "metadata_schema": "s"}, "SQLite has no schemas", id="a schema in SQLite"
        ),
        pytest.param({"duckdb_metadata_path": ""}, "`connection.duckdb_metadata_path` is empty", id="no path"),
        pytest.param({"sqlite_path": ""}, "`connection.sqlite_path` is empty", id="no path of a SQLite file"),
    ],
)
def test_refused_by_name(settings: dict[str, str], said: str) -> None:
    values = {f"connection.{key}": value for key, value in settings.items() if key != "metadata_schema"}
    environ = {"DUCKTRACKER_METADATA_SCHEMA": settings.get("metadata_schema", "")}
    with pytest.raises(InputError) as raised:
        resolve(Flags(values=values), environ=environ)
    assert said in str(raised.value)
