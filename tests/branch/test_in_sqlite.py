"""A branch in a SQLite file, for several local processes."""

from pathlib import Path

import pytest

from support.backends import BACKENDS, catalogs
from support.project import Project, project_at
from support.running import race


@pytest.fixture(params=BACKENDS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """A lake of each kind with rows in its catalog and in files."""
    project = project_at(tmp_path / "project", catalogs(request, request.param))
    project.migration(
        "V1__birds.sql",
        "CREATE TABLE birds (id INTEGER, name VARCHAR, place STRUCT(x DOUBLE, y DOUBLE));\n"
        "INSERT INTO birds VALUES (1, 'é''\"', {'x': 1.5, 'y': NULL}), (2, NULL, NULL);\n"
        "CREATE TABLE many AS SELECT range AS id FROM range(1000);\nDELETE FROM many WHERE id = 7;",
    )
    assert project.main("migrate").code == 0
    return project


def test_it_is_used_as_any_other_branch(project: Project) -> None:
    made = project.main("branch", "create", "try", "--backend", "ducklake-sqlite", "--json")
    assert made.code == 0, made.err
    assert Path(made.json["catalog"]).read_bytes().startswith(b"SQLite format 3\0")
    assert project.main("diff", "branch:try", "live").code == 0
    project.migration("V2__more.sql", "ALTER TABLE birds ADD COLUMN ringed BOOLEAN;\nDELETE FROM many WHERE id < 10;")
    assert "- many.id" not in project.main("-b", "try", "plan").out
    ran = race(project, 3, "-b", "try", "migrate")
    assert {run.code for run in ran} <= {0, 5}, ran
    assert sum(run.out.count("applied  V2__more.sql") for run in ran) == 1
    assert project.main("-b", "try", "info", "--json").json["counts"] == {"applied": 2}
    assert [item["name"] for item in project.main("branch", "list", "--json").json["branches"]] == ["try"]
    assert project.main("info", "--json").json["counts"] == {"applied": 1, "pending": 1}
    assert project.sql("SELECT count(*) FROM many") == [(999,)]
    assert project.main("branch", "drop", "try").code == 0
    assert not [*(project.folder / ".ducktracker" / "branches").iterdir()]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        pytest.param(["--backend", "ducklake-postgres"], "unknown backend 'ducklake-postgres'", id="a server"),
        pytest.param(["--backend", "ducklake-mysql"], "MySQL can't hold a DuckLake", id="MySQL"),
        pytest.param(["--backend", "ducklake-sqlite", "--in-catalog"], "not allowed with --in-catalog", id="both"),
    ],
)
def test_refused(flags: list[str], said: str, duckdb_project: Project) -> None:
    ran = duckdb_project.main("branch", "create", "try", *flags)
    assert (ran.code, said in ran.err) == (2, True), ran.err
