import pytest

from dt_scan.directives import UnknownDirective, read_directives


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("SELECT 1;", (), id="none"),
        pytest.param("-- ducktracker: allow DATA_LOSS\n", ("allow DATA_LOSS",), id="one"),
        pytest.param(
            "-- ducktracker: allow DATA_LOSS, BROKEN_VIEW", ("allow BROKEN_VIEW", "allow DATA_LOSS"), id="two, sorted"
        ),
        pytest.param("--ducktracker:allow IDENTITY", ("allow IDENTITY",), id="without spaces"),
        pytest.param(
            "\n  -- why\n\n -- ducktracker: allow DATA_LOSS \n-- ducktracker: allow DATA_LOSS\nDROP TABLE a;",
            ("allow DATA_LOSS",),
            id="among other comments, twice",
        ),
        pytest.param("SELECT 1;\n-- ducktracker: allow DATA_LOSS", (), id="after the first statement"),
        pytest.param("/* a */\n-- ducktracker: allow DATA_LOSS", (), id="after a block comment"),
        pytest.param("-- see ducktracker: allow X", (), id="in prose"),
        pytest.param("SELECT '-- ducktracker: allow X'", (), id="in a string"),
    ],
)
def test_directives(text: str, expected: tuple[str, ...]) -> None:
    assert read_directives(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(
            "-- ducktracker: permit DATA_LOSS",
            1,
            "unknown directive `permit`; there is only `allow DATA_LOSS, BROKEN_VIEW, IDENTITY, VALUE_CHANGE`",
            id="directive",
        ),
        pytest.param(
            "-- why\n\n-- ducktracker: allow DATA_LOSS, DATALOSS",
            3,
            "unknown hazard `DATALOSS`; known are DATA_LOSS, BROKEN_VIEW, IDENTITY, VALUE_CHANGE",
            id="hazard",
        ),
        pytest.param(
            "-- ducktracker: allow",
            1,
            "unknown hazard ``; known are DATA_LOSS, BROKEN_VIEW, IDENTITY, VALUE_CHANGE",
            id="no hazard",
        ),
    ],
)
def test_unknown(text: str, line: int, message: str) -> None:
    with pytest.raises(UnknownDirective) as error:
        read_directives(text)
    assert (error.value.line, error.value.message) == (line, message)
