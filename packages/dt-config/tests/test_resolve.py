import os
from pathlib import Path

import pytest

from dt_config.config import Config
from dt_config.flags import Flags
from dt_config.resolve import resolve
from dt_contract.errors import InputError
from dt_contract.redaction import redact

PATHS = {
    "connection.duckdb_metadata_path": "DUCKTRACKER_DUCKDB_METADATA_PATH",
    "connection.data_path": "DUCKTRACKER_DATA_PATH",
    "connection.secret_directory": "DUCKTRACKER_SECRET_DIRECTORY",
    "connection.extensions_path": "DUCKTRACKER_EXTENSIONS_PATH",
    "migrations.directory": "DUCKTRACKER_DIRECTORY",
}


def value(config: Config, key: str) -> object:
    section, _, field = key.partition(".")
    return getattr(getattr(config, section), field)


def toml(path: Path, key: str, text: str) -> None:
    section, _, field = key.partition(".")
    path.write_text(f'[{section}]\n{field} = "{text}"\n')


def test_defaults_without_a_file(project: Path) -> None:
    config = resolve(environ={}, required=False)
    assert config.connection.duckdb_metadata_path == str(project / "here/ducklake_metadata.db")
    assert config.migrations.directory == str(project / "here/migrations")
    assert (config.connection.catalog_name, config.connection.data_path, config.path) == ("my_ducklake", "", None)


def test_defaults_of_paths_stand_beside_the_file(project: Path) -> None:
    toml(project / "conf/d.toml", "connection.catalog_name", "a")
    config = resolve(Flags("../conf/d.toml"), environ={})
    assert config.connection.duckdb_metadata_path == str(project / "conf/ducklake_metadata.db")
    assert config.migrations.directory == str(project / "conf/migrations")
    assert config.path == "../conf/d.toml"


@pytest.mark.parametrize(
    ("environ", "values", "expected"),
    [
        pytest.param({}, {}, "file", id="file"),
        pytest.param({"DUCKTRACKER_CATALOG_NAME": "env"}, {}, "env", id="environment over file"),
        pytest.param({"DUCKTRACKER_CATALOG_NAME": ""}, {}, "file", id="empty variable is unset"),
        pytest.param(
            {"DUCKTRACKER_CATALOG_NAME": "env"}, {"connection.catalog_name": "flag"}, "flag", id="flag over environment"
        ),
    ],
)
def test_layers(project: Path, environ: dict[str, str], values: dict[str, str], expected: str) -> None:
    toml(project / "here/ducktracker.toml", "connection.catalog_name", "file")
    assert resolve(Flags(values=values), environ=environ).connection.catalog_name == expected


@pytest.mark.parametrize("key", PATHS)
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("x/../y", "{base}/y", id="relative"),
        pytest.param("/abs/x", "/abs/x", id="absolute"),
        pytest.param("~/x", "/home/x/x", id="home"),
        pytest.param("s3://b/~/../x", "s3://b/~/../x", id="URL"),
    ],
)
def test_paths(project: Path, key: str, given: str, expected: str) -> None:
    toml(project / "conf/d.toml", key, given)
    flags = Flags("../conf/d.toml")
    here, conf = expected.format(base=project / "here"), expected.format(base=project / "conf")
    assert value(resolve(flags, environ={}), key) == conf
    assert value(resolve(flags, environ={PATHS[key]: given}), key) == here
    assert value(resolve(Flags(flags.config, {key: given}), environ={}), key) == here


def test_empty_path_stays_empty(project: Path) -> None:
    flags = Flags(values={"connection.data_path": ""})
    assert resolve(flags, environ={}).connection.data_path == ""


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param({"DUCKTRACKER_MIGRATIONS_DIR": "/a"}, "/a", id="older variable"),
        pytest.param({"DUCKTRACKER_MIGRATIONS_DIR": "/a", "DUCKTRACKER_DIRECTORY": "/b"}, "/b", id="both"),
        pytest.param({"DUCKTRACKER_MIGRATIONS_DIR": "/a", "DUCKTRACKER_DIRECTORY": ""}, "/a", id="proper one empty"),
    ],
)
def test_older_variable(project: Path, environ: dict[str, str], expected: str) -> None:
    assert resolve(environ=environ, required=False).migrations.directory == expected


@pytest.mark.parametrize(
    ("environ", "values", "message"),
    [
        pytest.param(
            {"DUCKTRACKER_READ_ONLY": "ja"},
            {},
            "DUCKTRACKER_READ_ONLY: `connection.read_only` must be one of true, 1, yes, false, 0, no, not `ja`",
            id="variable",
        ),
        pytest.param(
            {"DUCKTRACKER_MIGRATIONS_DIR": " "},
            {},
            "DUCKTRACKER_MIGRATIONS_DIR: `migrations.directory` must not be empty",
            id="older variable",
        ),
        pytest.param(
            {},
            {"connection.catalog_backend": "x"},
            "--backend: `connection.catalog_backend` must be one of duckdb, postgres, sqlite, not `x`",
            id="flag",
        ),
        pytest.param(
            {},
            {"connection.catalog": "x"},
            "there is no setting `connection.catalog`; did you mean `connection.catalog_name`?",
            id="no such setting",
        ),
    ],
)
def test_wrong_value(project: Path, environ: dict[str, str], values: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as error:
        resolve(Flags(values=values), environ=environ)
    assert str(error.value) == message


def test_no_file_is_an_error_that_says_what_to_do(project: Path) -> None:
    with pytest.raises(InputError, match=r"^no ducktracker\.toml here") as error:
        resolve(environ={"DUCKTRACKER_DIRECTORY": "x"})
    assert error.value.hint == "run `ducktracker init` to create one, or pass `-c FILE`"


@pytest.mark.parametrize("required", [True, False])
def test_named_file_must_exist(project: Path, required: bool) -> None:
    with pytest.raises(InputError, match=r"^none\.toml: can't be read: No such file"):
        resolve(Flags("none.toml"), environ={}, required=required)


def test_link_to_nothing_is_not_taken_for_no_file(project: Path) -> None:
    os.symlink("none.toml", "ducktracker.toml")
    with pytest.raises(InputError, match=r"^ducktracker\.toml: can't be read: No such file"):
        resolve(environ={}, required=False)


@pytest.mark.parametrize(
    ("environ", "values"),
    [
        pytest.param({"DUCKTRACKER_CATALOG_NAME": "a"}, {}, id="variable of the connection"),
        pytest.param({}, {"connection.catalog_name": "a"}, id="flag of the connection"),
    ],
)
def test_connection_setting_does_without_a_file(project: Path, environ: dict[str, str], values: dict[str, str]) -> None:
    assert resolve(Flags(values=values), environ=environ).connection.catalog_name == "a"


def test_what_reaches_no_lake_needs_only_the_folder(project: Path) -> None:
    environ = {"DUCKTRACKER_DIRECTORY": "/a", "DUCKTRACKER_CATALOG_BACKEND": "postgres"}
    assert resolve(environ=environ, reaches_lake=False).migrations.directory == "/a"


@pytest.mark.parametrize(
    ("environ", "text"),
    [
        pytest.param(
            {"DUCKTRACKER_POSTGRES_CONNECTION": r"host=h password='Kz1\'b c'"}, r"Kz1'b c Kz1\'b c", id="keyword"
        ),
        pytest.param({"DUCKTRACKER_POSTGRES_CONNECTION": "postgres://u:Kz%402b@h"}, "Kz@2b Kz%402b", id="URI"),
        pytest.param({"PGPASSWORD": "Kz-three"}, "Kz-three", id="libpq's variable"),
    ],
)
def test_passwords_are_concealed(project: Path, environ: dict[str, str], text: str) -> None:
    resolve(environ=environ, required=False)
    assert "Kz" not in redact(text)


def test_a_folder_that_is_not_utf_8(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project / os.fsdecode(b"bad\xff")
    folder.mkdir()
    monkeypatch.chdir(folder)
    with pytest.raises(InputError, match=r"`connection.duckdb_metadata_path` is in a folder whose name is not UTF-8"):
        resolve(environ={}, required=False)
