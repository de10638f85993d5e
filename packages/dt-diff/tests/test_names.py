import pytest

from dt_diff.names import Path, full_name, quote


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        pytest.param("users", "users", id="plain"),
        pytest.param("_Users9", "_Users9", id="underscore, capitals and digits"),
        pytest.param("9users", '"9users"', id="a digit first"),
        pytest.param("a.b", '"a.b"', id="a dot"),
        pytest.param('a"b', '"a""b"', id="a quote"),
        pytest.param("", '""', id="empty"),
        pytest.param("größe", '"größe"', id="not ASCII"),
        pytest.param("a\n", '"a\n"', id="a newline at the end"),
    ],
)
def test_quote(identifier: str, expected: str) -> None:
    assert quote(identifier) == expected


def test_full_name_is_unambiguous() -> None:
    assert full_name("a.b", "c") == '"a.b".c' != full_name("a", "b.c")


def test_child_is_named_on_both_sides() -> None:
    assert Path("main.a", "main.b").child("x", "y z") == Path("main.a.x", 'main.b."y z"')
