from pathlib import Path

import pytest

from dt_config.flags import Flags
from dt_config.keys import KEYS, key_named
from dt_config.show import resolve_document, value_text

DSN = "host=h password=geheim"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.toml").write_text('[behavior]\nhazards = "refuse"\n[drift]\nignore = ["a", "b"]\n')


def test_every_setting_in_the_order_of_declaration() -> None:
    document = resolve_document(Flags("d.toml"), environ={})
    assert [setting.key for setting in document.settings] == [key.name for key in KEYS]
    assert document.path == "d.toml"


@pytest.mark.parametrize(
    ("key", "value", "origin"),
    [
        pytest.param("connection.catalog_backend", "duckdb", "default", id="default"),
        pytest.param("behavior.hazards", "refuse", "file", id="file"),
        pytest.param("behavior.out_of_order", True, "env", id="environment"),
        pytest.param("connection.catalog_name", "x", "flag", id="flag"),
    ],
)
def test_origin(key: str, value: object, origin: str) -> None:
    flags = Flags("d.toml", {"connection.catalog_name": "x"})
    document = resolve_document(flags, environ={"DUCKTRACKER_OUT_OF_ORDER": "1", "DUCKTRACKER_CATALOG_NAME": "y"})
    (setting,) = [setting for setting in document.settings if setting.key == key]
    assert (setting.value, setting.origin) == (value, origin)


@pytest.mark.parametrize(("reveal", "expected"), [(False, "host=h password=***"), (True, DSN)])
def test_password(reveal: bool, expected: str) -> None:
    document = resolve_document(environ={"DUCKTRACKER_POSTGRES_CONNECTION": DSN}, reveal=reveal)
    assert value_text(document, key_named("connection.postgres_connection")) == expected


def test_incomplete_connection_is_shown() -> None:
    document = resolve_document(environ={"DUCKTRACKER_CATALOG_BACKEND": "postgres"})
    assert value_text(document, key_named("connection.catalog_backend")) == "postgres"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param("drift.ignore", "a,b", id="list"),
        pytest.param("behavior.out_of_order", "false", id="boolean"),
        pytest.param("connection.data_path", "", id="empty"),
    ],
)
def test_value_text(key: str, expected: str) -> None:
    assert value_text(resolve_document(Flags("d.toml"), environ={}), key_named(key)) == expected
