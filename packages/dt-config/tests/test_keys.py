from pathlib import Path

import msgspec
import pytest

from dt_config.config import Config
from dt_config.flags import flag_of
from dt_config.keys import KEYS, SECTIONS, key_named, unknown, unknown_section
from dt_contract.errors import InputError


def test_every_field_of_every_section_is_a_key_in_order() -> None:
    fields = [f"{section}.{name}" for section in SECTIONS for name in _fields(section)]
    assert [key.name for key in KEYS] == fields


def _fields(section: str) -> tuple[str, ...]:
    struct: type[msgspec.Struct] = type(getattr(Config(), section))
    return struct.__struct_fields__


@pytest.mark.parametrize("what", ["name", "variable"])
def test_no_two_keys_share(what: str) -> None:
    given = [getattr(key, what) for key in KEYS]
    assert len(set(given)) == len(given)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("connection.catalog_name", "DUCKTRACKER_CATALOG_NAME", id="connection"),
        pytest.param("migrations.directory", "DUCKTRACKER_DIRECTORY", id="migrations"),
        pytest.param("drift.ignore", "DUCKTRACKER_IGNORE", id="drift"),
    ],
)
def test_variable(name: str, expected: str) -> None:
    assert key_named(name).variable == expected


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        pytest.param("connection.catalog_nam", "connection.catalog_name", id="misspelt"),
        pytest.param("connection.directory", "migrations.directory", id="wrong section"),
        pytest.param("catalog_name", "connection.catalog_name", id="no section"),
        pytest.param("catalog_nme", "connection.catalog_name", id="no section and misspelt"),
    ],
)
def test_unknown_key_suggests_the_nearest(name: str, suggestion: str) -> None:
    assert str(unknown(name)) == f"there is no setting `{name}`; did you mean `{suggestion}`?"


def test_unknown_key_without_a_near_one() -> None:
    with pytest.raises(InputError, match=r"^there is no setting `zzzz`$") as error:
        key_named("zzzz")
    assert error.value.hint == "`dt-config` lists every setting"


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        pytest.param("conection", "connection", id="misspelt"),
        pytest.param("out_of_order", "behavior.out_of_order", id="a key outside of its section"),
    ],
)
def test_unknown_section_suggests_the_nearest(name: str, suggestion: str) -> None:
    assert str(unknown_section(name)) == f"there is no section `{name}`; did you mean `{suggestion}`?"


def test_readme_lists_every_key_and_flag() -> None:
    rows = (Path(__file__).parents[1] / "README.md").read_text().splitlines()
    for key in KEYS:
        (row,) = [row for row in rows if row.startswith(f"| `{key.name}` |")]
        flag = flag_of(key.name)
        assert row.endswith(f"| `{flag}` |" if flag else "| |")
