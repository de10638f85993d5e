"""Lakes that a DuckDB secret names."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_contract.errors import LakeError
from dt_contract.redaction import redact
from dt_lake.lake import connect, open_lake
from dt_lake.sql import literal
from support.postgres import PASSWORD, Database, Postgres

StoreSecret = Callable[[str], None]
CHECK = "check connection.secret_name and connection.secret_directory"


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    return tmp_path / "secrets"


@pytest.fixture
def store(secrets: Path) -> StoreSecret:
    """Make a persistent secret in the folder."""

    def make(sql: str) -> None:
        config = Config(connection=Connection(catalog_backend="postgres", secret_directory=str(secrets)))
        with connect(config) as connection:
            connection.execute(f"CREATE PERSISTENT SECRET {sql}")

    return make


def config_of(secret: str, secrets: Path, backend: str = "duckdb", **more: str) -> Config:
    settings = {"secret_name": secret, "secret_directory": str(secrets), "catalog_backend": backend, **more}
    return Config(connection=Connection(**settings))  # type: ignore[arg-type]


def uses(config: Config) -> list[tuple[int]]:
    """Make a lake, and return what another session reads from it."""
    with open_lake(config, write=True, create=True) as lake:
        lake.connection.execute("CREATE TABLE my_ducklake.t AS SELECT 7 AS i")
    with open_lake(config) as lake:
        return lake.connection.execute("FROM my_ducklake.t").fetchall()


@pytest.mark.parametrize("asked", [pytest.param("pond", id="as it was made"), pytest.param("POND", id="upper case")])
def test_duckdb_lake(asked: str, store: StoreSecret, secrets: Path, tmp_path: Path) -> None:
    store(f"pond (TYPE ducklake, METADATA_PATH '{tmp_path}/lake.db', DATA_PATH '{tmp_path}/data')")
    assert uses(config_of(asked, secrets)) == [(7,)]
    assert (tmp_path / "lake.db").exists()


@pytest.mark.parametrize("target", ["sqlite:{file}", "SQLite:{file}"])
def test_sqlite_lake(target: str, store: StoreSecret, secrets: Path, tmp_path: Path) -> None:
    path = target.format(file=tmp_path / "lake.sqlite")
    store(f"pond (TYPE ducklake, METADATA_PATH '{path}', DATA_PATH '{tmp_path}/data')")
    assert uses(config_of("pond", secrets)) == [(7,)]
    with open_lake(config_of("pond", secrets)) as lake:
        assert lake.backend == "sqlite"


def store_password(store: StoreSecret, database: Database, password: str = PASSWORD) -> None:
    store(
        f"dam (TYPE postgres, HOST {literal(database.host)}, DATABASE {literal(database.name)},"
        f" USER 'guarded', PASSWORD {literal(password)})"
    )


@pytest.mark.parametrize("backend", [pytest.param("postgres", id="postgres"), pytest.param("duckdb", id="not told")])
def test_postgres_lake(backend: str, store: StoreSecret, secrets: Path, postgres: Postgres, tmp_path: Path) -> None:
    store_password(store, postgres.new_database())
    store(
        "pond (TYPE ducklake, METADATA_PATH '', METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'dam'},"
        f" DATA_PATH '{tmp_path}/data')"
    )
    assert uses(config_of("pond", secrets, backend)) == [(7,)]


def test_secret_of_a_postgres_database(store: StoreSecret, secrets: Path, postgres: Postgres, tmp_path: Path) -> None:
    store_password(store, postgres.new_database())
    assert uses(config_of("dam", secrets, "postgres", data_path=str(tmp_path / "data"))) == [(7,)]


def error(config: Config) -> LakeError:
    with pytest.raises(LakeError) as caught, open_lake(config, write=True, create=True):
        pass
    return caught.value


def test_a_wrong_password_is_not_printed(store: StoreSecret, secrets: Path, postgres: Postgres, tmp_path: Path) -> None:
    store_password(store, postgres.new_database(), "Wrong-guess")
    found = error(config_of("dam", secrets, "postgres", data_path=str(tmp_path / "data")))
    assert "password authentication failed" in str(found)
    assert "Wrong-guess" not in f"{found} {found.hint}"


def test_a_secret_is_masked_by_duckdb(store: StoreSecret, secrets: Path, postgres: Postgres) -> None:
    store_password(store, postgres.new_database())
    with connect(config_of("dam", secrets)) as connection:
        assert PASSWORD not in redact(str(connection.execute("FROM duckdb_secrets()").fetchall()))


@pytest.mark.parametrize("name", ["missing", "no file.db", "it's", 'quo"te', "../escape"])
def test_no_such_secret(name: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = error(config_of(name, secrets))
    assert str(found) == f"there is no DuckDB secret named {name}"
    assert found.hint == CHECK
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.parametrize(
    ("backend", "usable"),
    [pytest.param("duckdb", "ducklake", id="duckdb"), pytest.param("postgres", "ducklake or postgres", id="postgres")],
)
def test_a_secret_of_another_type(backend: str, usable: str, store: StoreSecret, secrets: Path) -> None:
    store("keys (TYPE http, BEARER_TOKEN 'hush')")
    assert str(error(config_of("keys", secrets, backend))) == f"the DuckDB secret keys has type http, not {usable}"


def test_a_name_that_ducklake_takes_for_a_path(store: StoreSecret, secrets: Path, tmp_path: Path) -> None:
    store(f"\"my-pond\" (TYPE ducklake, METADATA_PATH '{tmp_path}/lake.db')")
    assert str(error(config_of("my-pond", secrets))) == (
        "DuckLake takes secrets only by names of letters, digits and _, not my-pond"
    )


@pytest.mark.parametrize("path", ["", ":memory:", ":memory:pond", "duckdb:", "sqlite::memory:"])
def test_a_lake_in_memory(path: str, store: StoreSecret, secrets: Path) -> None:
    store(f"pond (TYPE ducklake, METADATA_PATH '{path}', DATA_PATH '{secrets}/data')")
    found = error(config_of("pond", secrets))
    assert str(found) == "the DuckDB secret pond names no file: its lake would be gone with each command"


def test_a_folder_with_a_colon_in_its_name(store: StoreSecret, secrets: Path, tmp_path: Path) -> None:
    """What stands before it is no kind of a database, and the catalog is looked at as any other."""
    folder = tmp_path / "09:12"
    folder.mkdir()
    store(f"pond (TYPE ducklake, METADATA_PATH '{folder}/lake.db', DATA_PATH '{tmp_path}/data')")
    assert uses(config_of("pond", secrets)) == [(7,)]
    with duckdb.connect(str(folder / "lake.db")) as catalog:
        catalog.execute("ALTER TABLE ducklake_view RENAME TO v; CREATE VIEW ducklake_view AS FROM v")
    assert "ducklake_view is not a table" in str(error(config_of("pond", secrets)))


def test_a_broken_secret_is_one_line(secrets: Path) -> None:
    secrets.mkdir()
    (secrets / "pond.duckdb_secret").write_bytes(b"password=hush")
    found = error(config_of("pond", secrets))
    assert "hush" not in str(found)
    assert found.hint == CHECK
