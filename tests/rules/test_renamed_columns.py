"""DL404: RENAME of a column, and then an ALTER of it, in a table with sort keys."""

from typing import Any

import pytest

from support.project import Project
from support.rules import content, one_by_one, without_rule, write

TABLE = "CREATE TABLE t (i INTEGER, j INTEGER);"
SORTED_TABLE = f"{TABLE}\nALTER TABLE t SET SORTED BY (i);"
RENAMED = "ALTER TABLE t RENAME i TO k;"
OLD_NAME = f"{RENAMED}\nALTER TABLE t ALTER k SET DEFAULT 3;"
NO_COLUMN = (
    "Binder Error: Columns in the SET SORTED BY statement were not found in the DuckLake table. "
    "Unmatched columns were: i"
)
NOT_READ = 'Binder Error: Failed to read inlined data from DuckLake: Referenced column "i" not found in FROM clause!'
LOSING = [
    pytest.param([SORTED_TABLE, OLD_NAME], NO_COLUMN, id="sorted before"),
    pytest.param([f"{SORTED_TABLE}\n{OLD_NAME}"], NO_COLUMN, id="sorted in the same transaction"),
    pytest.param(
        [SORTED_TABLE, f"ALTER TABLE t RENAME TO u;\n{OLD_NAME.replace(' t ', ' u ')}\nALTER TABLE u RENAME TO t;"],
        NOT_READ,
        id="a renamed table",
    ),
]
"""Files, and what DuckLake says to an INSERT without the rule."""


@pytest.mark.parametrize(("files", "lost"), LOSING)
def test_it_is_refused(duckdb_project: Project, files: list[str], lost: Any) -> None:
    write(duckdb_project, *files)
    refused = duckdb_project.main("migrate")
    assert (refused.code, f"V{len(files)}__x.sql:" in refused.err) == (4, True)
    assert "ALTER COLUMN after a RENAME of it in one transaction leaves the old name in" in refused.err
    planned = duckdb_project.main("plan")
    assert (planned.code, "(DL404)" in planned.err) == (4, True)


@pytest.mark.parametrize(("files", "lost"), LOSING)
def test_what_is_lost(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, files: list[str], lost: Any) -> None:
    """Without the rule."""
    write(duckdb_project, *files)
    without_rule(monkeypatch, "DL404")
    assert duckdb_project.main("migrate").code == 0
    assert content(duckdb_project) == lost


@pytest.mark.parametrize(("files", "lost"), LOSING)
def test_nothing_is_lost_in_several_migrations(duckdb_project: Project, files: list[str], lost: Any) -> None:
    statements = "\n".join(files)
    expected = one_by_one(duckdb_project, statements)
    assert expected != lost
    write(duckdb_project, *statements.split("\n"))
    assert duckdb_project.main("migrate", "--transaction", "group").code == 0
    assert content(duckdb_project) == expected


def test_it_is_refused_on_postgresql(postgres_project: Project) -> None:
    write(postgres_project, SORTED_TABLE, OLD_NAME)
    refused = postgres_project.main("migrate")
    assert (refused.code, "(DL404)" in refused.err) == (4, True)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([SORTED_TABLE, f"ALTER TABLE t ALTER i SET DEFAULT 3;\n{RENAMED}"], id="the RENAME last"),
        pytest.param([SORTED_TABLE, f"{RENAMED}\nALTER TABLE t ALTER j SET DEFAULT 3;"], id="another column"),
        pytest.param([TABLE, OLD_NAME], id="not sorted"),
        pytest.param([SORTED_TABLE, f"DROP TABLE t;\n{TABLE}\n{OLD_NAME}"], id="another table of that name"),
    ],
)
def test_what_is_right(duckdb_project: Project, files: list[str]) -> None:
    expected = one_by_one(duckdb_project, "\n".join(files))
    write(duckdb_project, *files)
    ran = duckdb_project.main("migrate", "--transaction", "group")
    assert (ran.code, ran.err) == (0, "")
    assert content(duckdb_project) == expected
