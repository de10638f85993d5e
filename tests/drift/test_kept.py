"""Drift among migrations: everything that somebody does by hand, what migrations do after it, and what drift says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from support.backends import catalogs
from support.changes import Told, told
from support.lakes import attached
from support.project import Project, project_at


class Turn(NamedTuple):
    """What is done by a migration, or else by hand."""

    by_hand: bool
    statements: list[str]


@dataclass
class Case:
    """`@` in its SQL is the schema that is the case's own."""

    title: str
    schema: str
    turns: list[Turn] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)


def cases() -> Iterator[Case]:
    text = (Path(__file__).parent / "kept.txt").read_text(encoding="utf-8")
    for number, (title, *lines) in enumerate(part.splitlines() for part in text.split("## ")[1:]):
        case = Case(title, f"k{number:02}")
        marked = [(line[:3].strip(), line[3:].replace("@", case.schema)) for line in lines if line.strip()]
        case.expected = [line[3:] for line in lines if line.startswith("=")]
        done = [(mark == "h", statement) for mark, statement in marked if mark != "="]
        grouped = groupby(done, key=itemgetter(0))
        case.turns = [Turn(by_hand, [sql for _, sql in group]) for by_hand, group in grouped]
        yield case


CASES = list(cases())


def lived(project: Project, mode: str) -> Told:
    """Make all cases in one lake, each in a schema of its own, turn by turn.

    In mode `all` each statement is a migration, and those of a turn share a lake snapshot; else a turn is a migration.
    """
    project.migration("V1__schemas.sql", ";\n".join(f"CREATE SCHEMA {case.schema}" for case in CASES))
    turns: dict[int, int] = {}
    for number in range(max(len(case.turns) for case in CASES)):
        taking = [case for case in CASES if number < len(case.turns)]
        turn = [(case.schema, case.turns[number].statements) for case in taking if not case.turns[number].by_hand]
        files = [uses(schema, [statement]) for schema, statements in turn for statement in statements]
        if mode != "all":
            files = [";\n".join(uses(schema, statements) for schema, statements in turn) or "SELECT 1"]
        for place, file in enumerate(files, start=1000 * (number + 1)):
            project.migration(f"V{place}__turn.sql", file)
        ran = project.main("migrate", "--transaction", mode)
        assert ran.code == 0, ran.err
        with attached(project.source, project.data_path) as lake:
            for case in taking:
                if case.turns[number].by_hand:
                    lake.execute(f"USE lake.{case.schema}")
                    for statement in case.turns[number].statements:
                        lake.execute(statement)
                        turns[snapshot(lake)] = number + 1
    return Told(project.main("drift", "--json").json["changes"], turns)


def uses(schema: str, statements: list[str]) -> str:
    return f"USE lake.{schema};\n" + ";\n".join(statements)


def snapshot(lake: duckdb.DuckDBPyConnection) -> int:
    query = "SELECT max(snapshot_id) FROM __ducklake_metadata_lake.ducklake_snapshot"
    return int(lake.execute(query).fetchall()[0][0])


@pytest.fixture(scope="module", params=["duckdb each", "duckdb all", "postgres each"])
def drift(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    backend, mode = request.param.split()
    server = catalogs(request, backend)
    return lived(project_at(tmp_path_factory.mktemp("kept") / "project", server), mode)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.title) for case in CASES])
def test_drift(case: Case, drift: Told) -> None:
    own = [change for change in drift.changes if change["name"].startswith(case.schema)]
    said = [told(change, drift.steps, case.schema) for change in own]
    assert said == case.expected


def test_the_table_is_large() -> None:
    assert len(CASES) >= 40
    assert len({case.title for case in CASES}) == len(CASES)
