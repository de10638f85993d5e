import duckdb
import pytest

from dt_lake.sql import literal, name

TEXTS = [
    pytest.param("plain", id="plain"),
    pytest.param("two words", id="space"),
    pytest.param('a"b', id="double quote"),
    pytest.param("it's", id="quote"),
    pytest.param("back\\slash\n", id="backslash and line end"),
    pytest.param("$$ ; -- /*", id="what ends or begins something"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_literal_comes_back(text: str) -> None:
    assert duckdb.connect().execute(f"SELECT {literal(text)}").fetchone() == (text,)


@pytest.mark.parametrize("text", TEXTS)
def test_name_comes_back(text: str) -> None:
    assert duckdb.connect().execute(f"SELECT 1 AS {name(text)}").description[0][0] == text


def test_names_are_joined_by_dots() -> None:
    assert name("a", "b.c") == '"a"."b.c"'
