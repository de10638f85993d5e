import pytest

from dt_config.keys import KEYS, SettingValue, key_named
from dt_config.value import WrongValue, as_text, from_text, from_toml


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        pytest.param("connection.catalog_name", " a ", " a ", id="string as it is"),
        pytest.param("connection.data_path", "", "", id="empty string"),
        pytest.param("connection.catalog_backend", "postgres", "postgres", id="choice"),
        pytest.param("behavior.out_of_order", "TRUE", True, id="true"),
        pytest.param("behavior.out_of_order", "Yes", True, id="yes"),
        pytest.param("behavior.out_of_order", " 1 ", True, id="one"),
        pytest.param("behavior.out_of_order", "false", False, id="false"),
        pytest.param("behavior.out_of_order", "NO", False, id="no"),
        pytest.param("behavior.out_of_order", "0", False, id="zero"),
        pytest.param("drift.ignore", " a, b,,", ("a", "b"), id="list"),
        pytest.param("drift.ignore", "", (), id="empty list"),
    ],
)
def test_from_text(key: str, text: str, expected: SettingValue) -> None:
    assert from_text(key_named(key), text) == expected


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        pytest.param(
            "connection.catalog_backend",
            "oracle",
            "`connection.catalog_backend` must be one of duckdb, postgres, sqlite, not `oracle`",
            id="no such choice",
        ),
        pytest.param(
            "behavior.out_of_order",
            "maybe",
            "`behavior.out_of_order` must be one of true, 1, yes, false, 0, no, not `maybe`",
            id="no boolean",
        ),
        pytest.param("connection.catalog_name", " ", "`connection.catalog_name` must not be empty", id="blank"),
        pytest.param("connection.data_path", "\udcff", "`connection.data_path` must be UTF-8", id="not UTF-8"),
        pytest.param(
            "connection.data_path", "\0", "`connection.data_path` must not hold a NUL character", id="NUL character"
        ),
        pytest.param(
            "connection.postgres_connection",
            "password=se cret",
            "`connection.postgres_connection` must be `keyword=value` pairs or a postgresql:// URI; "
            "a value with spaces needs quotes",
            id="no connection string",
        ),
    ],
)
def test_wrong_text(key: str, text: str, message: str) -> None:
    with pytest.raises(WrongValue) as error:
        from_text(key_named(key), text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        pytest.param("connection.catalog_name", "a", "a", id="string"),
        pytest.param("behavior.out_of_order", True, True, id="boolean"),
        pytest.param("drift.ignore", ["a,b", "c"], ("a,b", "c"), id="list"),
    ],
)
def test_from_toml(key: str, value: object, expected: SettingValue) -> None:
    assert from_toml(key_named(key), value) == expected


@pytest.mark.parametrize(
    ("key", "value", "must"),
    [
        pytest.param("connection.catalog_name", 3, "a string, not an integer", id="integer"),
        pytest.param("connection.catalog_name", True, "a string, not a boolean", id="boolean for a string"),
        pytest.param("connection.catalog_name", {}, "a string, not a table", id="table"),
        pytest.param("connection.catalog_backend", [], "one of duckdb, postgres, sqlite, not a list", id="list"),
        pytest.param("behavior.out_of_order", "true", "a boolean, not a string", id="string for a boolean"),
        pytest.param("behavior.out_of_order", 1, "a boolean, not an integer", id="integer for a boolean"),
        pytest.param("drift.ignore", "a", "a list of strings, not a string", id="string for a list"),
        pytest.param("drift.ignore", ["a", 1], "a list of strings, not a list of other values", id="integer in a list"),
    ],
)
def test_wrong_toml(key: str, value: object, must: str) -> None:
    with pytest.raises(WrongValue) as error:
        from_toml(key_named(key), value)
    assert str(error.value) == f"`{key}` must be {must}"


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_default_survives_being_text(key: object) -> None:
    assert from_text(key, as_text(key.default)) == key.default  # type: ignore[attr-defined, arg-type]
