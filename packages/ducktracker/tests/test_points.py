import pytest

from ducktracker.compare.points import Point, point


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("V7", Point("version", "V7", 7), id="a version"),
        pytest.param("v007", Point("version", "v007", 7), id="a version with zeros"),
        pytest.param("V0", Point("version", "V0", 0), id="version 0"),
        pytest.param("41", Point("snapshot", "41", 41), id="a lake snapshot"),
        pytest.param("snapshot:41", Point("snapshot", "snapshot:41", 41), id="a lake snapshot, said in full"),
        pytest.param("snapshot:x", Point("document", "snapshot:x"), id="no number of a lake snapshot"),
        pytest.param("2026-11-22", Point("time", "2026-11-22"), id="a day"),
        pytest.param("2026-11-22T09:45:00+01:00", Point("time", "2026-11-22T09:45:00+01:00"), id="a time"),
        pytest.param("live", Point("live", "live"), id="live"),
        pytest.param("files", Point("files", "files"), id="files"),
        pytest.param("-", Point("document", "-"), id="stdin"),
        pytest.param("./live", Point("document", "./live"), id="a document of that name"),
        pytest.param("V7.json", Point("document", "V7.json"), id="a document named after a version"),
        pytest.param("2026-11.json", Point("document", "2026-11.json"), id="a document named after a month"),
    ],
)
def test_point(text: str, expected: Point) -> None:
    assert point(text) == expected
