"""A file that fails while running: at each position of five, in each transaction mode, on both backends."""

from typing import Any

import pytest

from support.project import Project

KINDS = {
    "conversion error": (
        "CREATE TABLE t{p} (a INTEGER);\nINSERT INTO t{p} SELECT 'x'::INTEGER FROM range(5000) r(i) WHERE i >= 0;",
        "Could not convert",
    ),
    "missing table": ("CREATE TABLE t{p} (a INTEGER);\nALTER TABLE missing ADD COLUMN b INTEGER;", "missing"),
    "error at commit": ("CREATE TABLE t{p} (a INTEGER);\nCREATE MACRO m{p}(a, b := NULL) AS a;", ""),
    "dead instance": ("CREATE TABLE t{p} (a INTEGER);\nCOMMENT ON COLUMN t{p}.missing IS 'x';", ""),
}
MODES = ("auto", "each", "group", "all")
POSITIONS = (1, 2, 3, 4, 5)


def cases() -> list[Any]:
    """Every position in every mode with one kind of failure, and with all kinds where there is time."""
    found = []
    for row, mode in enumerate(MODES):
        for position in POSITIONS:
            for column, kind in enumerate(KINDS):
                is_quick = (row + position + column) % len(KINDS) == 0
                marks = () if is_quick else (pytest.mark.slow,)
                found.append(pytest.param(mode, position, kind, marks=marks, id=f"{mode}, {position}, {kind}"))
    return found


@pytest.mark.parametrize(("mode", "position", "kind"), cases())
def test_the_end_state(project: Project, mode: str, position: int, kind: str) -> None:
    for number in POSITIONS:
        project.migration(name(number), f"CREATE TABLE t{number} (a INTEGER);\nALTER TABLE t{number} ADD COLUMN b DATE;")
    sql, error = KINDS[kind]
    project.migration(name(position), sql.format(p=position))
    ran = project.main("migrate", "--transaction", mode)
    print(ran)
    print(project.main("info"))
    print(project.sql("select * from ducktracker_schema_history"))
    assert 0

def name(number: int) -> str:
    return f"V{number}__x.sql"
