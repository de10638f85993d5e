"""A branch reads the files of its source, and says what it needs once they are gone."""

import pytest

from support.faults import told
from support.project import Project

FLUSH = "SELECT count(*) FROM ducklake_flush_inlined_data('lake')"
CLEAN = "SELECT count(*) FROM ducklake_cleanup_old_files('lake', cleanup_all => true)"
BIRDS = "CREATE TABLE birds AS SELECT range AS id FROM range(100);"


@pytest.fixture
def lake(project: Project) -> Project:
    """V1 is applied, its record is in a file, and there is a branch `try`."""
    project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    project.sql(FLUSH)
    assert project.main("branch", "create", "try").code == 0
    return project


def test_a_branch_reads_what_it_shares(lake: Project) -> None:
    info = lake.main("-b", "try", "info", "--json").json
    assert [item["state"] for item in info["migrations"]] == ["applied"]
    second = str(lake.folder / "second.db")
    assert lake.call("dt-branch", second, "-b", "try").code == 0
    assert lake.call("dt-history", "--metadata", second).json["rows"][0]["script"] == "V1__birds.sql"


def test_a_file_that_the_source_has_deleted(lake: Project) -> None:
    lake.sql("DROP TABLE birds")
    lake.expire()
    (branch,) = lake.main("branch", "list", "--json").json["branches"]
    lake.sql(CLEAN)
    lake.migration("V2__more.sql", "UPDATE birds SET id = id + 1;")
    line = told(lake.main("-b", "try", "migrate"))
    needs = f" this branch needs lake snapshot {branch['snapshot']} of {branch['source']}, which has deleted its file "
    assert needs in line
    assert line.partition(needs)[2].startswith("main/birds/ducklake-")
    assert line.endswith(".parquet")


def test_a_file_of_the_branch_itself_that_is_gone(lake: Project) -> None:
    lake.migration("V2__more.sql", BIRDS.replace("birds", "ponds"))
    assert lake.main("-b", "try", "migrate").code == 0
    for file in (lake.folder / ".ducktracker" / "branches" / "try").rglob("*.parquet"):
        file.unlink()
    lake.migration("V3__more.sql", "UPDATE ponds SET id = id + 1;")
    line = told(lake.main("-b", "try", "migrate"))
    assert "this branch needs" not in line
    assert "No such file or directory" in line
