"""Data goes where the lake's own readers look for it, whatever the current directory is."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_contract.errors import LakeError
from dt_lake.extensions import load_extension
from dt_lake.lake import open_lake
from support.postgres import Postgres


@contextmanager
def own_reader(folder: Path, monkeypatch: pytest.MonkeyPatch, options: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB that was started in the folder of the catalog, as the lake's own users start it."""
    with monkeypatch.context() as patch, duckdb.connect() as connection:
        patch.chdir(folder)
        load_extension(connection, "ducklake")
        connection.execute(f"ATTACH 'ducklake:lake.db' AS lake{options}")
        yield connection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "cron").mkdir()
    return tmp_path / "home"


def make(folder: Path, monkeypatch: pytest.MonkeyPatch, data_path: str) -> None:
    with own_reader(folder, monkeypatch, f" (DATA_PATH '{data_path}')") as lake:
        lake.execute("CREATE TABLE lake.t AS SELECT range AS i FROM range(100)")


def on_file(file: Path | str, **more: object) -> Config:
    return Config(connection=Connection(duckdb_metadata_path=str(file), catalog_name="lake", **more))  # type: ignore[arg-type]


def insert(config: Config) -> None:
    with open_lake(config, write=True) as lake:
        lake.connection.execute("INSERT INTO lake.t SELECT range + 100 FROM range(50)")


def stored(file: Path) -> str:
    with duckdb.connect(str(file), read_only=True) as catalog:
        row = catalog.execute("SELECT value FROM ducklake_metadata WHERE key = 'data_path'").fetchone()
    assert row
    return str(row[0])


@pytest.mark.parametrize(
    "data_path", ["data", "data/", "./data", "sub/data", "../beside", "lake.db.files", "o''dd \"name\"", "ä b"]
)
@pytest.mark.parametrize("file", ["absolute", "relative", "linked"])
def test_a_relative_path_is_the_catalogs(
    data_path: str, file: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(folder, monkeypatch, data_path)
    before, elsewhere = stored(folder / "lake.db"), folder.parent / "cron"
    monkeypatch.chdir(elsewhere)
    (elsewhere / "link.db").symlink_to(folder / "lake.db")
    places = {"absolute": str(folder / "lake.db"), "relative": "../home/lake.db", "linked": "link.db"}
    insert(on_file(places[file]))
    assert [item.name for item in elsewhere.iterdir()] == ["link.db"]
    assert stored(folder / "lake.db") == before
    with own_reader(folder, monkeypatch) as lake:
        assert lake.execute("SELECT count(*), sum(i) FROM lake.t").fetchone() == (150, 11175)
    with open_lake(on_file(places[file])) as lake_:
        assert lake_.connection.execute("SELECT count(*) FROM lake.t").fetchone() == (150,)


def test_a_relative_path_that_leads_nowhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(folder, monkeypatch, "data")
    (folder / "other").mkdir()
    shutil.move(folder / "lake.db", folder / "other/lake.db")
    config = on_file(folder / "other/lake.db")
    with pytest.raises(LakeError) as caught:
        insert(config)
    assert caught.value.message == f"the lake has data files, but there is no folder {folder}/other/data/"
    with open_lake(config) as lake:
        assert lake.connection.execute("SELECT 1").fetchone() == (1,)
    insert(on_file(folder / "other/lake.db", data_path=str(folder / "data"), override_data_path=True))


@pytest.mark.parametrize("given", ["data", "."])
def test_a_copy_with_its_data_elsewhere(given: str, folder: Path) -> None:
    with open_lake(on_file(folder / "lake.db", data_path=str(folder / "data")), write=True, create=True) as lake:
        lake.connection.execute("CREATE TABLE lake.t AS SELECT range AS i FROM range(100)")
    copy = folder.parent / "copy"
    shutil.copytree(folder, copy)
    with open_lake(on_file(copy / "lake.db")) as lake:
        assert lake.elsewhere == f"the data of {copy}/lake.db is elsewhere, in {folder}/data/"
    with open_lake(on_file(folder / "lake.db")) as lake:
        assert lake.elsewhere is None
    with pytest.raises(LakeError) as caught:
        insert(on_file(copy / "lake.db", data_path=str(copy / given)))
    assert caught.value.message.startswith(f"the lake keeps its data in {folder}/data/, but connection.data_path is")
    assert "override_data_path" in (caught.value.hint or "")


def test_a_lake_that_was_moved_on_purpose(folder: Path) -> None:
    with open_lake(on_file(folder / "lake.db", data_path=str(folder / "data")), write=True, create=True) as lake:
        lake.connection.execute("CREATE TABLE lake.t AS SELECT range AS i FROM range(100)")
    copy = folder.parent / "copy"
    shutil.copytree(folder, copy)
    files = sorted(folder.rglob("*.parquet"))
    insert(on_file(copy / "lake.db", data_path=str(copy / "data"), override_data_path=True))
    assert sorted(folder.rglob("*.parquet")) == files
    assert stored(copy / "lake.db") == f"{folder}/data/"
    shutil.rmtree(folder)
    with open_lake(on_file(copy / "lake.db", data_path=str(copy / "data"), override_data_path=True)) as lake:
        assert lake.connection.execute("SELECT count(*) FROM lake.t").fetchone() == (150,)
        assert lake.elsewhere is None


def test_a_link_to_the_folder_is_the_folder(folder: Path) -> None:
    config = on_file(folder / "lake.db", data_path=str(folder / "data"))
    with open_lake(config, write=True, create=True) as lake:
        lake.connection.execute("CREATE TABLE lake.t (i INTEGER)")
    (folder.parent / "link").symlink_to(folder)
    insert(on_file(folder.parent / "link/lake.db", data_path=str(folder.parent / "link/data")))


def test_a_relative_path_in_postgres(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = postgres.new_database()
    where = Connection(catalog_backend="postgres", postgres_connection=database.keywords(), catalog_name="lake")
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection:
        load_extension(connection, "ducklake")
        load_extension(connection, "postgres")
        connection.execute(f"ATTACH 'ducklake:postgres:{database.keywords()}' AS lake (DATA_PATH 'data')")
        connection.execute("CREATE TABLE lake.t AS SELECT range AS i FROM range(100)")
    with pytest.raises(LakeError) as caught:
        insert(Config(connection=where))
    assert "the lake keeps its data in data/, which is relative" in caught.value.message
    assert "connection.data_path" in (caught.value.hint or "")
    monkeypatch.chdir("/")
    given = Connection(
        catalog_backend="postgres",
        postgres_connection=database.keywords(),
        catalog_name="lake",
        data_path=str(tmp_path / "data"),
    )
    insert(Config(connection=given))
    assert len(list(tmp_path.rglob("*.parquet"))) == 2
