"""What SQL can do in a sandboxed lake, and what DuckDB refuses there."""

from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_lake.lake import open_lake
from dt_lake.sandbox import MAY_SET, connect_sandboxed


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return new_lake(tmp_path)


def new_lake(folder: Path) -> Config:
    (folder / "lake").mkdir()
    (folder / "data").mkdir()
    settings = Connection(
        duckdb_metadata_path=str(folder / "lake" / "lake.db"), data_path=str(folder / "data"), catalog_name="lake"
    )
    config = Config(connection=settings)
    with open_lake(config, write=True, create=True) as lake:
        lake.connection.execute("CREATE TABLE lake.birds AS SELECT range AS id FROM range(100)")
    return config


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    return [str(tmp_path / "lake"), str(tmp_path / "data")]


@pytest.fixture
def connection(config: Config, folders: list[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(connect_sandboxed(config, folders, needs_httpfs=False)) as connection:
        connection.execute("USE lake")
        yield connection


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place")
    (folder / "out").mkdir()
    (folder / "out" / "secret").write_text("a,b\n1,2\n")
    return folder


@pytest.fixture(scope="module")
def shared(place: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """For what is refused, which leaves nothing behind."""
    folders = [str(place / "lake"), str(place / "data")]
    with closing(connect_sandboxed(new_lake(place), folders, needs_httpfs=True)) as connection:
        connection.execute("USE lake")
        yield connection


@pytest.fixture(scope="module")
def heard() -> Iterator[tuple[int, list[str]]]:
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        do_HEAD = do_PUT = do_GET

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, paths
        server.shutdown()


def test_the_lake_works(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE ponds (id INTEGER, name VARCHAR)")
    connection.execute("INSERT INTO ponds SELECT range, 'a' FROM range(1000)")
    connection.execute("ALTER TABLE birds ADD COLUMN name VARCHAR DEFAULT 'owl'")
    connection.execute("COMMIT")
    connection.execute("ALTER TABLE ponds RENAME COLUMN name TO label")
    connection.execute("UPDATE ponds SET label = 'b' WHERE id < 10")
    connection.execute("DELETE FROM birds WHERE id > 49")
    connection.execute("PIVOT (FROM birds LIMIT 3) ON id USING count(*)")
    assert connection.execute("SELECT count(*) FROM birds").fetchone() == (50,)
    assert connection.execute("SELECT count(*) FROM birds AT (VERSION => 1)").fetchone() == (100,)
    assert connection.execute("SELECT count(*) FROM ponds WHERE label = 'b'").fetchone() == (10,)
    assert len(list((tmp_path / "data").rglob("*.parquet"))) > 2


def test_the_lake_can_be_attached_again(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    connection.execute("USE memory.main")
    connection.execute("DETACH lake")
    connection.execute(f"ATTACH 'ducklake:duckdb:{tmp_path}/lake/lake.db' AS lake")
    assert connection.execute("SELECT count(*) FROM lake.birds").fetchone() == (100,)


def test_a_query_that_needs_more_than_memory_spills_beside_the_catalog(config: Config, folders: list[str]) -> None:
    with closing(connect_sandboxed(config, folders, needs_httpfs=False)) as connection:
        row = connection.execute("SELECT current_setting('temp_directory')").fetchone()
        assert row == (f"{folders[0]}/spill",)


@pytest.mark.parametrize("setting", MAY_SET)
def test_a_migration_may_set(setting: str, shared: duckdb.DuckDBPyConnection) -> None:
    row = shared.execute(f"SELECT current_setting('{setting}')::VARCHAR").fetchone()
    assert row is not None
    shared.execute(f"SET {setting} = '{row[0]}'")


REFUSED = [
    pytest.param("FROM read_text('OUT/secret')", id="read_text"),
    pytest.param("FROM read_csv('OUT/secret')", id="read_csv"),
    pytest.param("FROM read_blob('/proc/self/environ')", id="environment"),
    pytest.param("FROM glob('OUT/*')", id="glob"),
    pytest.param("FROM sniff_csv('OUT/secret')", id="sniff_csv"),
    pytest.param("FROM 'OUT/secret.parquet'", id="file as a table"),
    pytest.param("COPY birds FROM 'OUT/secret'", id="COPY FROM"),
    pytest.param("COPY birds TO 'OUT/x.csv'", id="COPY TO"),
    pytest.param("COPY birds TO 'lake/../../x.csv'", id="COPY TO a path with .."),
    pytest.param("EXPORT DATABASE 'OUT/x'", id="EXPORT"),
    pytest.param("ATTACH 'OUT/x.db' AS x", id="ATTACH"),
    pytest.param("ATTACH 'ducklake:OUT/x.db' AS x", id="ATTACH a lake"),
    pytest.param("ATTACH 'dbname=x' AS x (TYPE postgres)", id="ATTACH PostgreSQL"),
    pytest.param("FROM postgres_scan('dbname=x', 'a', 'b')", id="postgres_scan"),
    pytest.param("FROM sqlite_scan('OUT/x', 'a')", id="sqlite_scan"),
    pytest.param("FROM read_csv('http://127.0.0.1:PORT/a')", id="HTTP"),
    pytest.param("INSTALL spatial", id="INSTALL"),
    pytest.param("INSTALL x FROM 'http://127.0.0.1:PORT/'", id="INSTALL over HTTP"),
    pytest.param("LOAD 'OUT/x.duckdb_extension'", id="LOAD a file"),
    pytest.param("LOAD postgres", id="LOAD"),
    pytest.param("SET enable_external_access = true", id="SET enable_external_access"),
    pytest.param("SET lock_configuration = false", id="SET lock_configuration"),
    pytest.param("SET allowed_directories = ['/']", id="SET allowed_directories"),
    pytest.param("SET allowed_configs = ['log_query_path']", id="SET allowed_configs"),
    pytest.param("SET temp_directory = 'OUT'", id="SET temp_directory"),
    pytest.param("SET log_query_path = 'OUT/x'", id="SET log_query_path"),
    pytest.param("SET profiling_output = 'OUT/x'", id="SET profiling_output"),
    pytest.param("PRAGMA profile_output = 'OUT/x'", id="PRAGMA profile_output"),
    pytest.param("SET explain_output = 'physical_only'", id="SET explain_output"),
    pytest.param("SET autoinstall_known_extensions = true", id="SET autoinstall_known_extensions"),
    pytest.param("SET custom_extension_repository = 'http://127.0.0.1:PORT'", id="SET custom_extension_repository"),
    pytest.param("SET memory_limit = '1MB'", id="SET memory_limit"),
    pytest.param("RESET enable_external_access", id="RESET"),
]


@pytest.mark.parametrize("sql", REFUSED)
def test_refused(sql: str, shared: duckdb.DuckDBPyConnection, place: Path, heard: tuple[int, list[str]]) -> None:
    before = sorted(place.rglob("*"))
    with pytest.raises(duckdb.Error):
        shared.execute(sql.replace("OUT", str(place / "out")).replace("PORT", str(heard[0]))).fetchall()
    assert heard[1] == []
    assert sorted(place.rglob("*")) == before


def test_other_places_can_be_allowed(config: Config, folders: list[str], tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with closing(connect_sandboxed(config, folders, needs_httpfs=False, allow_external=True)) as connection:
        assert connection.execute(f"FROM read_csv('{tmp_path}/x.csv')").fetchall() == [(1, 2)]
        with pytest.raises(duckdb.Error, match="configuration has been locked"):
            connection.execute("SET log_query_path = 'x'")
        with pytest.raises(duckdb.Error):
            connection.execute("FROM postgres_scan('dbname=x', 'a', 'b')")


def test_no_file_is_opened_that_the_catalog_names(config: Config, folders: list[str], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    with open_lake(config, write=True) as lake:
        lake.connection.execute(f"COPY (SELECT 1::BIGINT AS id) TO '{tmp_path}/elsewhere/x.parquet'")
        lake.connection.execute(f"CALL ducklake_add_data_files('lake', 'birds', '{tmp_path}/elsewhere/x.parquet')")
    with (
        closing(connect_sandboxed(config, folders, needs_httpfs=False)) as connection,
        pytest.raises(duckdb.Error, match="outside of its data path"),
    ):
        connection.execute("FROM lake.birds").fetchall()
