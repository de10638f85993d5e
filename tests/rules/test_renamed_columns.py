"""DL404: RENAME of a column, and then an ALTER of it, in a table with sort keys."""

from typing import Any

import pytest

from support.project import Project
from support.rules import content, content_after, one_by_one, refused_at_the_last, without_rule, write

TABLE = "CREATE TABLE t (i INTEGER, j INTEGER);"
SORTED_TABLE = f"{TABLE}\nALTER TABLE t SET SORTED BY (i);"
RENAMED = "ALTER TABLE t RENAME i TO k;"
OLD_NAME = f"{RENAMED}\nALTER TABLE t ALTER k SET DEFAULT 3;"
NO_COLUMN = (
    "Binder Error: Columns in the SET SORTED BY statement were not found in the DuckLake table. "
    "Unmatched columns were: i"
)
LOSING = [
    pytest.param([SORTED_TABLE, OLD_NAME], NO_COLUMN, id="sorted before"),
    pytest.param([f"{SORTED_TABLE}\n{OLD_NAME}"], NO_COLUMN, id="sorted in the same transaction"),
    pytest.param(
        [SORTED_TABLE.replace(" t ", " u "), f"ALTER TABLE u RENAME TO t;\n{OLD_NAME}"], NO_COLUMN, id="a renamed table"
    ),
    pytest.param([TABLE, f"ALTER TABLE t SET SORTED BY (j, i + 1);\n{OLD_NAME}"], NO_COLUMN, id="an expression"),
]
"""Files, and what DuckLake says to an INSERT without the rule."""


@pytest.mark.parametrize(("files", "lost"), LOSING)
def test_it_is_refused(duckdb_project: Project, files: list[str], lost: Any) -> None:
    told = refused_at_the_last(duckdb_project, files)
    assert "ALTER COLUMN after a RENAME of it in one transaction leaves the old name in" in told.migrate
    assert "(DL404)" in told.plan


@pytest.mark.parametrize(("files", "lost"), LOSING)
def test_what_is_lost(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, files: list[str], lost: Any) -> None:
    """Without the rule."""
    without_rule(monkeypatch, "DL404")
    assert content_after(duckdb_project, *files) == lost


@pytest.mark.parametrize(("files", "lost"), LOSING)
def test_nothing_is_lost_in_several_migrations(duckdb_project: Project, files: list[str], lost: Any) -> None:
    statements = "\n".join(files)
    expected = one_by_one(duckdb_project, statements)
    assert expected != lost
    assert content_after(duckdb_project, *statements.split("\n"), mode="group") == expected


def test_it_is_refused_on_postgresql(postgres_project: Project) -> None:
    write(postgres_project, SORTED_TABLE, OLD_NAME)
    refused = postgres_project.main("migrate")
    assert (refused.code, "(DL404)" in refused.err) == (4, True)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([SORTED_TABLE, f"ALTER TABLE t ALTER i SET DEFAULT 3;\n{RENAMED}"], id="the RENAME last"),
        pytest.param([SORTED_TABLE, f"{OLD_NAME}\nALTER TABLE t SET SORTED BY (k);"], id="sorted again"),
        pytest.param([SORTED_TABLE, f"{OLD_NAME}\nALTER TABLE t RESET SORTED BY;"], id="not sorted any more"),
        pytest.param([SORTED_TABLE, f"{RENAMED}\nALTER TABLE t ALTER j SET DEFAULT 3;"], id="another column"),
        pytest.param([TABLE, OLD_NAME], id="not sorted"),
        pytest.param([TABLE, f"ALTER TABLE t SET SORTED BY (j);\n{OLD_NAME}"], id="sorted by another column"),
        pytest.param([SORTED_TABLE, f"ALTER TABLE t SET SORTED BY (j);\n{OLD_NAME}"], id="by another column then"),
        pytest.param([SORTED_TABLE, f"ALTER TABLE t RESET SORTED BY;\n{OLD_NAME}"], id="not sorted any more"),
        pytest.param(
            [SORTED_TABLE, f"{RENAMED}\nALTER TABLE t SET SORTED BY (k);\nALTER TABLE t ALTER k SET DEFAULT 3;"],
            id="sorted by the new name",
        ),
        pytest.param([SORTED_TABLE, f"DROP TABLE t;\n{TABLE}\n{OLD_NAME}"], id="another table of that name"),
    ],
)
def test_what_is_right(duckdb_project: Project, files: list[str]) -> None:
    expected = one_by_one(duckdb_project, "\n".join(files))
    write(duckdb_project, *files)
    ran = duckdb_project.main("migrate", "--transaction", "group")
    assert (ran.code, ran.err) == (0, "")
    assert content(duckdb_project) == expected
