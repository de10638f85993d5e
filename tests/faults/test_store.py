"""The place of the data: a folder that can't be written, a full disk, files that are gone."""

from pathlib import Path

import pytest

from support.commands import Ran
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


def with_room(project: Project, kilobytes: int, *argv: str) -> Ran:
    """Run migrate where no file may grow beyond a size: a full disk on every system, for which no rights are needed."""
    return project.pipe(f"trap '' XFSZ; ulimit -f {kilobytes}; exec ducktracker migrate {' '.join(argv)}")


def test_a_disk_that_the_data_fill(prepared: Project) -> None:
    prepared.migration(
        "V2__geese.sql", TABLE.format("geese").replace("range(50000)", "range(50000) ORDER BY hash(range)")
    )
    assert "data/main/geese" in told(with_room(prepared, 100))
    assert states(prepared) == {"applied": 1, "pending": 1}
    finishes(prepared, ROWS)


@pytest.mark.parametrize("left", [None, 0, pytest.param(4, marks=pytest.mark.slow)])
def test_a_disk_that_is_full_for_the_catalog(duckdb_project: Project, left: int | None) -> None:
    """There is no room at all, or so many kilobytes beyond what the catalog has."""
    project, table = duckdb_project, TABLE.replace("50000", "5")
    project.migration("V1__ducks.sql", table.format("ducks"))
    assert project.main("migrate").code == 0
    size = Path(project.source).stat().st_size // 1024
    project.migration("V2__geese.sql", table.format("geese"))
    project.migration("V3__swans.sql", table.format("swans"))
    ran = with_room(project, 0 if left is None else size + left, "--transaction", "each")
    if ran.code or left is None:
        assert "lake.db" in told(ran)
    states(project)
    finishes(project, 5)


def test_a_file_of_the_lake_that_is_gone(prepared: Project) -> None:
    file = next((prepared.folder / "data" / "main" / "ducks").glob("*.parquet"))
    data = file.read_bytes()
    file.unlink()
    prepared.migration("V2__geese.sql", "CREATE TABLE geese AS FROM ducks;")
    assert file.name in told(prepared.main("migrate"))
    file.write_bytes(data)
    finishes(prepared, ROWS)
