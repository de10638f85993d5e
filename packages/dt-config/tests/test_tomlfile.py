from pathlib import Path

import pytest

from dt_config import tomlfile
from dt_contract.errors import InputError


def test_settings() -> None:
    text = '\ufeff[connection]\ncatalog_name = "a"\n[drift]\nignore = ["b"]\n'
    assert tomlfile.settings(text, "x.toml") == {"connection.catalog_name": "a", "drift.ignore": ("b",)}


def test_empty_file_sets_nothing() -> None:
    assert tomlfile.settings("", "x.toml") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "\n[connection]\ncatalog_name = 3",
            "x.toml:3: `connection.catalog_name` must be a string, not an integer",
            id="wrong type",
        ),
        pytest.param(
            '[connection]\ncatalog_backend = "oracle"',
            "x.toml:2: `connection.catalog_backend` must be one of duckdb, postgres, sqlite, not `oracle`",
            id="unknown backend",
        ),
        pytest.param(
            "[connection]\n\ncatalog_nam = 3",
            "x.toml:3: there is no setting `connection.catalog_nam`; did you mean `connection.catalog_name`?",
            id="unknown key",
        ),
        pytest.param(
            "[conection]", "x.toml:1: there is no section `conection`; did you mean `connection`?", id="unknown section"
        ),
        pytest.param("connection = 3", "x.toml:1: `connection` must be a table", id="section that is no table"),
        pytest.param("[[connection]]", "x.toml:1: `connection` must be a table", id="array of tables"),
        pytest.param(
            '[connection]\ncatalog_name = "a',
            "x.toml:2: is not TOML: Unterminated string (column 18)",
            id="unterminated string",
        ),
        pytest.param(
            "a = 1\nb c",
            "x.toml:2: is not TOML: Expected '=' after a key in a key/value pair (column 3)",
            id="no equals sign",
        ),
        pytest.param("[a]\nb = ", "x.toml:2: is not TOML: Invalid value (column 5)", id="no value"),
        pytest.param(
            "a = " + "[" * 5000, "x.toml: is not a settings file: its values nest too deeply", id="nested too deeply"
        ),
    ],
)
def test_bad_file(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        tomlfile.settings(text, "x.toml")
    assert str(error.value) == message


def test_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"# a\n# \xff\n")
    with pytest.raises(InputError, match=r"x\.toml:2: is not UTF-8 \(byte 0xff\)$"):
        tomlfile.read(str(path))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("none.toml", "No such file or directory", id="no file"),
        pytest.param(".", "Is a directory", id="folder"),
        pytest.param("loop.toml", "Too many levels of symbolic links", id="link to itself"),
    ],
)
def test_file_that_cannot_be_read(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    with pytest.raises(InputError, match=f": can't be read: {message}$"):
        tomlfile.read(str(tmp_path / name))


@pytest.mark.parametrize("given", ["", "\0"])
def test_path_that_is_none(given: str) -> None:
    with pytest.raises(InputError, match="can't be read"):
        tomlfile.read(given)
