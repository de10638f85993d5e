"""Which settings say where the lake is, and which of them wins."""

from pathlib import Path

import pytest

from dt_config.flags import Flags
from dt_config.resolve import resolve
from dt_contract.errors import InputError


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({"DUCKTRACKER_POSTGRES_CONNECTION": "host=h"}, id="connection string"),
        pytest.param({"DUCKTRACKER_SECRET_NAME": "s"}, id="secret"),
        pytest.param({"PGSERVICE": "s"}, id="libpq's own variable"),
    ],
)
def test_postgres_is_reached_by(project: Path, environ: dict[str, str]) -> None:
    config = resolve(Flags(values={"connection.catalog_backend": "postgres"}), environ=environ)
    assert config.connection.catalog_backend == "postgres"


@pytest.mark.parametrize("environ", [pytest.param({}, id="nothing"), pytest.param({"PGHOST": ""}, id="empty variable")])
def test_postgres_without_a_connection(project: Path, environ: dict[str, str]) -> None:
    with pytest.raises(InputError) as error:
        resolve(Flags(values={"connection.catalog_backend": "postgres"}), environ=environ)
    message = "the postgres backend needs `connection.postgres_connection` or `connection.secret_name`"
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("environ", "values", "secret"),
    [
        pytest.param({}, {}, "lake", id="a secret in the file"),
        pytest.param({"DUCKTRACKER_DUCKDB_METADATA_PATH": "l.db"}, {}, "", id="a path in the environment"),
        pytest.param({}, {"connection.duckdb_metadata_path": "l.db"}, "", id="a path as a flag"),
        pytest.param({"DUCKTRACKER_POSTGRES_CONNECTION": "host=h"}, {}, "lake", id="what another backend takes"),
        pytest.param(
            {"DUCKTRACKER_SECRET_NAME": "other", "DUCKTRACKER_DUCKDB_METADATA_PATH": "l.db"},
            {},
            "other",
            id="both in one layer",
        ),
        pytest.param(
            {"DUCKTRACKER_CATALOG_BACKEND": "postgres"},
            {"connection.postgres_connection": "host=h"},
            "",
            id="a connection as a flag",
        ),
    ],
)
def test_a_later_layer_says_itself_where_the_lake_is(
    project: Path, environ: dict[str, str], values: dict[str, str], secret: str
) -> None:
    (project / "conf/d.toml").write_text('[connection]\nsecret_name = "lake"\n')
    assert resolve(Flags("../conf/d.toml", values), environ=environ).connection.secret_name == secret


@pytest.mark.parametrize(
    ("values", "backend", "schema"),
    [
        pytest.param({}, "postgres", "pond", id="no flag"),
        pytest.param({"duckdb_metadata_path": "try.db"}, "duckdb", "", id="a file"),
        pytest.param({"postgres_connection": "host=b"}, "postgres", "pond", id="another server"),
        pytest.param(
            {"duckdb_metadata_path": "try.db", "catalog_backend": "postgres"}, "postgres", "pond", id="and a backend"
        ),
        pytest.param(
            {"duckdb_metadata_path": "try.db", "postgres_connection": "host=b"}, "postgres", "pond", id="two places"
        ),
    ],
)
def test_a_flag_that_says_where_the_lake_is(project: Path, values: dict[str, str], backend: str, schema: str) -> None:
    """What is meant for a branch in a file never runs on the lake that the file names."""
    lines = (
        "[connection]",
        'catalog_backend = "postgres"',
        'postgres_connection = "host=a"',
        'metadata_schema = "pond"',
    )
    (project / "conf/d.toml").write_text("\n".join(lines))
    flags = Flags("../conf/d.toml", {f"connection.{key}": text for key, text in values.items()})
    found = resolve(flags, environ={}).connection
    assert (found.catalog_backend, found.metadata_schema) == (backend, schema)
