"""The place of the data: a folder that can't be written, a full disk, files that are gone."""

from pathlib import Path

import pytest

from support.faults import finishes, states, told
from support.project import Project

ROWS = 50_000
TABLE = "CREATE TABLE {} AS SELECT range::INTEGER AS i FROM range(50000);"


@pytest.fixture
def prepared(project: Project) -> Project:
    """A lake with one migration applied, and one that waits."""
    project.migration("V1__ducks.sql", TABLE.format("ducks"))
    assert project.main("migrate").code == 0
    project.migration("V2__geese.sql", TABLE.format("geese"))
    return project


def moved(project: Project) -> Path:
    """Put a file in the place of the folder that the next table's data would go to."""
    place = project.folder / "data" / "main" / "geese"
    place.write_text("in the way")
    return place


def test_a_data_folder_that_can_not_be_made(prepared: Project) -> None:
    place = moved(prepared)
    line = told(prepared.main("migrate"))
    assert "data/main/geese" in line
    assert states(prepared) == {"applied": 1, "pending": 1}
    place.unlink()
    finishes(prepared, ROWS)


def test_a_full_disk(prepared: Project) -> None:
    """A limit on the size of files is one on every disk, and needs no rights."""
    prepared.migration(
        "V2__geese.sql", TABLE.format("geese").replace("range(50000)", "range(50000) ORDER BY hash(range)")
    )
    ran = prepared.pipe("trap '' XFSZ; ulimit -f 100; exec ducktracker migrate")
    told(ran)
    finishes(prepared, ROWS)


def test_a_file_of_the_lake_that_is_gone(prepared: Project) -> None:
    file = next((prepared.folder / "data" / "main" / "ducks").glob("*.parquet"))
    data = file.read_bytes()
    file.unlink()
    prepared.migration("V2__geese.sql", "CREATE TABLE geese AS FROM ducks;")
    assert file.name in told(prepared.main("migrate"))
    file.write_bytes(data)
    finishes(prepared, ROWS)
