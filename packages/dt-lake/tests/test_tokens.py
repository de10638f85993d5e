import pytest

from dt_lake.tokens import tokens


@pytest.mark.parametrize(
    ("sql", "texts"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("SELECT 1;", ["SELECT ", "1", ";"], id="plain"),
        pytest.param("'a;b' \"c;d\"", ["'a;b' ", '"c;d"'], id="quotes"),
        pytest.param("$x$ a;b $x$;", ["$x$ a;b $x$", ";"], id="dollar quotes"),
        pytest.param("1 /* a /* b */ ; */ ;", ["1 /* a /* b */ ; */ ", ";"], id="nested comment"),
        pytest.param("é + 'ü' -- ö\n;", ["é ", "+ ", "'ü' -- ö\n", ";"], id="beyond ASCII"),
        pytest.param("日本.🦆", ["日本", ".", "🦆"], id="far beyond ASCII"),
    ],
)
def test_tokens(sql: str, texts: list[str]) -> None:
    assert [token.text for token in tokens(sql)] == texts


def test_offsets_are_of_bytes() -> None:
    assert [(token.start, token.end) for token in tokens("é + 1")] == [(0, 3), (3, 5), (5, 6)]
