import pytest

from dt_contract.migrations import Fault
from dt_scan.name import Name, parse_name

PATTERNS = "the name has none of the forms V1__what.sql, R__what.sql, B1__what.sql and U1__what.sql"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("V3__create_users.sql", Name("versioned", 3, "create_users"), id="versioned"),
        pytest.param("V003__x.sql", Name("versioned", 3, "x"), id="leading zeros"),
        pytest.param("V0__x.sql", Name("versioned", 0, "x"), id="zero"),
        pytest.param("V20261122094500__x.sql", Name("versioned", 20261122094500, "x"), id="timestamp"),
        pytest.param("V9223372036854775807__x.sql", Name("versioned", 9223372036854775807, "x"), id="highest version"),
        pytest.param("R__refresh views.sql", Name("repeatable", None, "refresh views"), id="repeatable"),
        pytest.param("B50__all.sql", Name("squashed", 50, "all"), id="squashed"),
        pytest.param("U07__x.sql", Name("undone", 7, "x"), id="undo"),
        pytest.param("V1__Größe_ñ.v2__b.sql", Name("versioned", 1, "Größe_ñ.v2__b"), id="any letters"),
        pytest.param("V1___x.sql", Name("versioned", 1, "_x"), id="third underscore"),
        pytest.param("R__a\nb.sql", Name("repeatable", None, "a\nb"), id="line feed"),
    ],
)
def test_name(script: str, expected: Name) -> None:
    assert parse_name(script) == expected


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("v1__x.sql", id="small v"),
        pytest.param("r__x.sql", id="small r"),
        pytest.param("b1__x.sql", id="small b"),
        pytest.param("B__x.sql", id="squashed without a version"),
        pytest.param("U__x.sql", id="undo without a version"),
        pytest.param("V1_x.sql", id="one underscore"),
        pytest.param("V1.2__x.sql", id="dotted version"),
        pytest.param("V-1__x.sql", id="negative version"),
        pytest.param("V__x.sql", id="no version"),
        pytest.param("V\u0663__x.sql", id="digit that is not ASCII"),
        pytest.param("1__x.sql", id="no letter"),
        pytest.param("R1__x.sql", id="repeatable with a version"),
        pytest.param(" V1__x.sql", id="space before it"),
        pytest.param("users.sql", id="neither"),
    ],
)
def test_name_of_neither_kind(script: str) -> None:
    assert parse_name(script) == Fault(code="bad-name", script=script, message=PATTERNS)


@pytest.mark.parametrize("version", ["9223372036854775808", "9" * 240])
def test_version_that_is_too_high(version: str) -> None:
    message = "the version is above the highest possible one, 9223372036854775807"
    assert parse_name(f"V{version}__x.sql") == Fault(code="bad-name", script=f"V{version}__x.sql", message=message)


def test_many_leading_zeros() -> None:
    assert parse_name(f"V{'0' * 240}7__x.sql") == Name("versioned", 7, "x")


@pytest.mark.parametrize("script", ["V1__.sql", "R__.sql", "V1__ .sql"])
def test_no_description(script: str) -> None:
    message = "the name has no description after __"
    assert parse_name(script) == Fault(code="empty-description", script=script, message=message)
