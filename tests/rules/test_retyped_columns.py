"""DL403: ALTER … TYPE, and then another ALTER or RENAME of a column with a default."""

from typing import Any

import pytest

from support.project import Project
from support.rules import content, content_after, one_by_one, refused_at_the_last, without_rule, write

WITH_DEFAULT = "CREATE TABLE t (i INTEGER NOT NULL DEFAULT 3, j INTEGER);"
LATER = "CREATE TABLE t (j INTEGER);\nINSERT INTO t VALUES (1);"
ADDED = "ALTER TABLE t ADD COLUMN i INTEGER DEFAULT 3;"
RETYPED = "ALTER TABLE t ALTER i TYPE BIGINT;"
RENAMED = "ALTER TABLE t RENAME i TO k;"
NO_DEFAULT = "Constraint Error: NOT NULL constraint failed: t."
OLD_ROWS = [(1, None)]
LOSING = [
    pytest.param([WITH_DEFAULT, f"{RETYPED}\n{RENAMED}"], f"{NO_DEFAULT}k", id="rename"),
    pytest.param([WITH_DEFAULT, f"{RETYPED}\nALTER TABLE t ALTER i TYPE HUGEINT;"], f"{NO_DEFAULT}i", id="retype"),
    pytest.param(
        [WITH_DEFAULT, f"{RETYPED}\nALTER TABLE t ALTER i DROP NOT NULL;"],
        ([], [(None, 2)], {"i": "NULL", "j": "NULL"}),
        id="nulls",
    ),
    pytest.param([f"{WITH_DEFAULT}\n{RETYPED}\n{RENAMED}"], f"{NO_DEFAULT}k", id="a new table"),
    pytest.param(
        [LATER, ADDED, f"{RETYPED}\n{RENAMED}"],
        (OLD_ROWS, [(1, None), (2, None)], {"j": "NULL", "k": "NULL"}),
        id="older rows: rename",
    ),
    pytest.param(
        [LATER, ADDED, f"{RETYPED}\nALTER TABLE t ALTER i SET DEFAULT 5;"],
        (OLD_ROWS, [(1, None), (2, 5)], {"i": "'5'", "j": "NULL"}),
        id="older rows: default",
    ),
    pytest.param(
        [LATER, f"{ADDED}\n{RETYPED}\nALTER TABLE t ALTER i SET DEFAULT 5;"],
        (OLD_ROWS, [(1, None), (2, 5)], {"i": "'5'", "j": "NULL"}),
        id="older rows: added now",
    ),
    pytest.param(
        [
            LATER,
            ADDED,
            "ALTER TABLE t RENAME i TO n;\nALTER TABLE t ALTER n TYPE BIGINT;\nALTER TABLE t RENAME n TO k;",
        ],
        (OLD_ROWS, [(1, None), (2, None)], {"j": "NULL", "k": "NULL"}),
        id="older rows: a renamed column",
    ),
]
"""Files, and the content of t without the rule: an INSERT fails for want of a default, or the older row has lost 3."""


@pytest.mark.parametrize(("files", "lost"), LOSING)
def test_it_is_refused(duckdb_project: Project, files: list[str], lost: Any) -> None:
    told = refused_at_the_last(duckdb_project, files)
    assert "another ALTER of a column after its TYPE in one transaction loses its default" in told.migrate
    assert "(DL403)" in told.plan


@pytest.mark.parametrize(("files", "lost"), LOSING)
def test_what_is_lost(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, files: list[str], lost: Any) -> None:
    """Without the rule."""
    without_rule(monkeypatch, "DL403")
    assert content_after(duckdb_project, *files) == lost


@pytest.mark.parametrize(("files", "lost"), LOSING)
def test_nothing_is_lost_in_several_migrations(duckdb_project: Project, files: list[str], lost: Any) -> None:
    statements = "\n".join(files)
    expected = one_by_one(duckdb_project, statements)
    assert expected != lost
    assert content_after(duckdb_project, *statements.split("\n"), mode="group") == expected


def test_it_is_refused_on_postgresql(postgres_project: Project) -> None:
    write(postgres_project, WITH_DEFAULT, f"{RETYPED}\n{RENAMED}")
    refused = postgres_project.main("migrate")
    assert (refused.code, "(DL403)" in refused.err) == (4, True)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([LATER, ADDED, f"{RENAMED}\nALTER TABLE t ALTER k TYPE BIGINT;"], id="the TYPE last"),
        pytest.param([LATER, f"{ADDED}\n{RETYPED}"], id="retyped once"),
        pytest.param([WITH_DEFAULT, f"{RETYPED}\nALTER TABLE t ALTER i SET DEFAULT 5;"], id="another default"),
        pytest.param(["CREATE TABLE t (i INTEGER, j INTEGER);", f"{RETYPED}\n{RENAMED}"], id="no default"),
        pytest.param(
            [WITH_DEFAULT, f"{RETYPED}\nDROP TABLE t;\nCREATE TABLE t (i INTEGER DEFAULT 3, j INTEGER);\n{RENAMED}"],
            id="another table of that name",
        ),
    ],
)
def test_what_is_right(duckdb_project: Project, files: list[str]) -> None:
    expected = one_by_one(duckdb_project, "\n".join(files))
    write(duckdb_project, *files)
    ran = duckdb_project.main("migrate", "--transaction", "group")
    assert (ran.code, ran.err) == (0, "")
    assert content(duckdb_project) == expected
