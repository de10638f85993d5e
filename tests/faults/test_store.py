"""The place of the data: a folder that can't be written, a full disk, files that are gone."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.faults import finishes, states, told
from support.project import Project, project_at

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


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB; only root may make one, and not in every container."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def filled(disk: Path, left: int) -> Path:
    """Fill the disk but for so many bytes with one file."""
    file, status = disk / "filler", os.statvfs(disk)
    file.write_bytes(bytes(max(0, status.f_bavail * status.f_frsize - left)))
    return file


def test_a_disk_that_the_data_fill(disk: Path) -> None:
    project = project_at(disk / "project")
    project.migration("V1__ducks.sql", TABLE.format("ducks"))
    assert project.main("migrate").code == 0
    project.migration("V2__geese.sql", "CREATE TABLE geese AS SELECT hash(range) AS i FROM range(1000000);")
    file = filled(disk, 2 << 20)
    assert "data/main/geese" in told(project.main("migrate"))
    assert states(project) == {"applied": 1, "pending": 1}
    file.unlink()
    project.migration("V2__geese.sql", TABLE.format("geese"))
    finishes(project, ROWS)


@pytest.mark.parametrize("left", [0, 4096, pytest.param(12288, marks=pytest.mark.slow)])
def test_a_disk_that_is_full_for_the_catalog(disk: Path, left: int) -> None:
    project = project_at(disk / "project")
    table = TABLE.replace("50000", "5")
    project.migration("V1__ducks.sql", table.format("ducks"))
    assert project.main("migrate").code == 0
    project.migration("V2__geese.sql", table.format("geese"))
    project.migration("V3__swans.sql", table.format("swans"))
    file = filled(disk, left)
    ran = project.main("migrate", "--transaction", "each")
    if ran.code or not left:
        assert "lake.db" in told(ran)
    states(project)
    file.unlink()
    finishes(project, 5)


def test_a_file_of_the_lake_that_is_gone(prepared: Project) -> None:
    file = next((prepared.folder / "data" / "main" / "ducks").glob("*.parquet"))
    data = file.read_bytes()
    file.unlink()
    prepared.migration("V2__geese.sql", "CREATE TABLE geese AS FROM ducks;")
    assert file.name in told(prepared.main("migrate"))
    file.write_bytes(data)
    finishes(prepared, ROWS)
