"""What keeps a lake from being attached: each is one line, and leaves nothing behind."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_contract.errors import InputError, LakeError
from dt_lake.attach import LakeLocked, LakeMissing
from dt_lake.lake import open_lake
from support.postgres import PASSWORD, Database, Postgres

ACCESS = [
    pytest.param(False, False, id="read"),
    pytest.param(True, False, id="write"),
    pytest.param(True, True, id="create"),
]


def on_file(file: Path, **more: Any) -> Config:
    return Config(connection=Connection(duckdb_metadata_path=str(file), **more))


def on_postgres(dsn: str, **more: Any) -> Config:
    return Config(connection=Connection(catalog_backend="postgres", postgres_connection=dsn, **more))


def error(config: Config, *, write: bool = False, create: bool = False) -> LakeError:
    """Return the error of an attempt to open the lake."""
    with pytest.raises(LakeError) as caught, open_lake(config, write=write, create=create):
        pass
    assert "\n" not in str(caught.value)
    return caught.value


def listing(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() if file.is_file() else b"" for file in folder.rglob("*")}


@pytest.fixture
def lake_file(tmp_path: Path) -> Path:
    with open_lake(on_file(tmp_path / "lake.db"), write=True, create=True) as lake:
        lake.connection.execute("CREATE TABLE my_ducklake.t (i INTEGER)")
    return tmp_path / "lake.db"


@pytest.fixture
def database(postgres: Postgres, tmp_path: Path) -> Database:
    """A database that holds a lake."""
    database = postgres.new_database()
    with open_lake(on_postgres(database.keywords(), data_path=str(tmp_path / "data")), write=True, create=True):
        return database


def plain(file: Path) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE t (i INTEGER)")


@pytest.mark.parametrize(("write", "create"), ACCESS)
@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(
            plain, "this DuckDB file is not a DuckLake catalog; ducktracker will not convert it", id="plain DuckDB file"
        ),
        pytest.param(lambda file: file.write_bytes(b"junk " * 5000), "not a DuckLake catalog file", id="garbage"),
        pytest.param(Path.touch, "not a DuckLake catalog file", id="empty file"),
        pytest.param(Path.mkdir, "this is a folder, not the DuckDB file of a lake", id="folder"),
    ],
)
def test_not_a_lake(make, message: str, write: bool, create: bool, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "lake.db"
    make(file)
    before = listing(tmp_path)
    assert str(error(on_file(file), write=write, create=create)) == f"{file}: {message}"
    assert listing(tmp_path) == before


@pytest.mark.parametrize("write", [pytest.param(False, id="read"), pytest.param(True, id="write")])
@pytest.mark.parametrize("file", ["lake.db", "missing/lake.db"])
def test_missing(file: str, write: bool, tmp_path: Path) -> None:
    found = error(on_file(tmp_path / file), write=write)
    assert isinstance(found, LakeMissing)
    assert str(found) == f"{tmp_path / file}: this lake doesn't exist yet"
    assert found.hint == "run `ducktracker migrate` to create it; if it should exist, see `dt-config`"
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    file = tmp_path / ("x" * 300)
    assert str(error(on_file(file))) == f"{file}: can't be read: File name too long"


@pytest.mark.parametrize(
    ("version", "hint"),
    [
        pytest.param("9.9", "upgrade ducktracker, and DuckDB with it", id="newer"),
        pytest.param(
            "0.2", "ATTACH it once with AUTOMATIC_MIGRATION true: that brings it to the newer format", id="older"
        ),
    ],
)
def test_other_format(version: str, hint: str, lake_file: Path) -> None:
    with duckdb.connect(str(lake_file)) as connection:
        connection.execute("UPDATE ducklake_metadata SET value = ? WHERE key = 'version'", [version])
    found = error(on_file(lake_file), write=True, create=True)
    assert f"{lake_file}: this lake has format {version}; DuckDB {duckdb.__version__} reads format " in str(found)
    assert found.hint == hint


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another process has the file open."""
    script = f"import duckdb; c = duckdb.connect({str(file)!r}); print(flush=True); input()"
    holder = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    yield
    holder.communicate(b"\n")


@pytest.mark.parametrize(("write", "create"), ACCESS)
def test_locked(write: bool, create: bool, lake_file: Path) -> None:
    with held(lake_file):
        found = error(on_file(lake_file), write=write, create=create)
    assert isinstance(found, LakeLocked)
    assert str(found) == f"{lake_file}: another process holds this lake"


def test_other_data_path(lake_file: Path, tmp_path: Path) -> None:
    found = error(on_file(lake_file, data_path=str(tmp_path / "other")), write=True)
    assert str(found) == (
        f"{lake_file}: the lake keeps its data in {lake_file}.files/, but connection.data_path is {tmp_path}/other"
    )
    assert found.hint == "if the lake was moved there with its data, set connection.override_data_path = true"


@pytest.mark.parametrize("name", ["main", "memory", "Temp", "system"])
def test_a_catalog_name_that_duckdb_keeps_for_itself(name: str, lake_file: Path) -> None:
    with pytest.raises(InputError) as caught, open_lake(on_file(lake_file, catalog_name=name)):
        pass
    assert str(caught.value) == f"{name} is a catalog name that DuckDB reserves"


def test_reading_leaves_nothing_behind(lake_file: Path) -> None:
    before = listing(lake_file.parent)
    with open_lake(on_file(lake_file)) as lake:
        assert lake.connection.execute("FROM my_ducklake.t").fetchall() == []
    assert listing(lake_file.parent) == before


@pytest.mark.parametrize("write", [pytest.param(False, id="read"), pytest.param(True, id="write")])
def test_postgres_without_a_lake(write: bool, postgres: Postgres) -> None:
    database = postgres.new_database()
    found = error(on_postgres(database.keywords()), write=write)
    assert isinstance(found, LakeMissing)
    assert str(found) == f"{database.keywords()}: this lake doesn't exist yet"
    assert tables(postgres, database) == "0"


def tables(postgres: Postgres, database: Database) -> str:
    return postgres.execute("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'ducklake%'", database.name).strip()


def test_new_postgres_lake_without_data_path(postgres: Postgres) -> None:
    database = postgres.new_database()
    found = error(on_postgres(database.keywords()), write=True, create=True)
    assert found.message == "a new lake in PostgreSQL needs a place for its data files"
    assert found.hint == "set connection.data_path in ducktracker.toml, or DUCKTRACKER_DATA_PATH"
    assert tables(postgres, database) == "0"


@pytest.mark.parametrize("form", ["keywords", "uri"])
@pytest.mark.parametrize("password", [pytest.param("Wrong/guess", id="wrong"), pytest.param(None, id="none")])
def test_password(form: str, password: str | None, database: Database) -> None:
    found = error(on_postgres(getattr(database, form)("guarded", password)))
    reason = "password authentication failed" if password else "no password supplied"
    assert reason in found.message
    assert "Wrong" not in f"{found} {found.hint}"


def test_right_password(database: Database) -> None:
    with open_lake(on_postgres(database.uri("guarded", PASSWORD))) as lake:
        assert lake.connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize(
    ("dsn", "reason"),
    [
        pytest.param(
            "host=127.0.0.1 port=1 dbname=x user=y password=hush5",
            'connection to server at "127.0.0.1", port 1 failed: Connection refused',
            id="no server",
        ),
        pytest.param(
            "host=/missing dbname=x user=y password=hush5",
            'connection to server on socket "/missing/.s.PGSQL.5432" failed: No such file or directory',
            id="no socket",
        ),
        pytest.param("hosst=x password=hush5", 'invalid connection option "***"', id="no such keyword"),
    ],
)
def test_unreachable(dsn: str, reason: str) -> None:
    assert str(error(on_postgres(dsn))) == f"{dsn.replace('hush5', '***')}: can't be attached: {reason}"


def test_unknown_database(database: Database) -> None:
    found = error(on_postgres(Database(database.host, "missing").keywords()))
    assert found.message.endswith('FATAL: database "missing" does not exist') or "missing" in found.message


@pytest.mark.parametrize(("write", "create"), ACCESS)
def test_no_rights(write: bool, create: bool, database: Database, tmp_path: Path) -> None:
    found = error(on_postgres(database.keywords("stranger")), write=write, create=create)
    assert found.message == "can't be attached: permission denied for table ducklake_metadata"


def test_no_rights_to_make_a_lake(postgres: Postgres, tmp_path: Path) -> None:
    config = on_postgres(postgres.new_database().keywords("stranger"), data_path=str(tmp_path / "data"))
    assert error(config, write=True, create=True).message == "can't be attached: permission denied for schema public"


def test_a_table_of_somebody_else(postgres: Postgres) -> None:
    database = postgres.new_database()
    postgres.execute("CREATE TABLE ducklake_metadata (i INTEGER)", database.name)
    said = "ducklake_metadata has other columns than in every lake's catalog"
    assert error(on_postgres(database.keywords())).message == said


def test_a_lake_in_a_copied_folder_is_refused_for_its_data(lake_file: Path, tmp_path: Path) -> None:
    shutil.copy(lake_file, tmp_path / "copy.db")
    with open_lake(on_file(tmp_path / "copy.db")) as lake:
        path = lake.connection.execute("SELECT data_path FROM ducklake_settings('my_ducklake')").fetchone()
    assert path == (f"{lake_file}.files/",)
