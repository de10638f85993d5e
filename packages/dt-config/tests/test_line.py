import pytest

from dt_config.line import line_of


@pytest.mark.parametrize(
    ("text", "keys", "expected"),
    [
        pytest.param("a = 1", ["a"], 1, id="first line"),
        pytest.param("\n# b\n[s]\n\nb = 1 # c\n", ["s", "b"], 5, id="key in a section"),
        pytest.param("[s]\n[t]\nb = 1", ["t"], 2, id="section"),
        pytest.param("[s]\nb = [\n 1,\n]\nc = 2", ["s", "b"], 2, id="value of several lines"),
        pytest.param('[s]\na = """\nb = 1\n"""\nb = 2', ["s", "b"], 5, id="text that looks like the key"),
        pytest.param("s.b = 1", ["s", "b"], 1, id="dotted key"),
        pytest.param("x = 1\ns = { a = 1, b = 2 }", ["s", "b"], 2, id="inline table"),
        pytest.param("[s]\r\nb = 1\r\n", ["s", "b"], 2, id="CRLF"),
        pytest.param("a = 1", ["b"], None, id="not there"),
        pytest.param("#\n" * 2000 + "a = 1", ["a"], None, id="too long to search"),
    ],
)
def test_line_of(text: str, keys: list[str], expected: int | None) -> None:
    assert line_of(text, keys) == expected
