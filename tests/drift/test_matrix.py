"""The matrix: everything that can be done to a schema out of band, and what drift says of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from support.changes import Told, told
from support.lakes import attached
from support.project import Project, project_at


@dataclass
class Case:
    """`@` in its SQL is the schema that is the case's own."""

    title: str
    schema: str
    before: list[str] = field(default_factory=list)
    steps: list[tuple[int, str]] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)


def cases() -> Iterator[Case]:
    text = (Path(__file__).parent / "matrix.txt").read_text(encoding="utf-8")
    for number, (title, *lines) in enumerate(part.splitlines() for part in text.split("## ")[1:]):
        case = Case(title, f"k{number:02}")
        for mark, rest in ((line[:3].strip(), line[3:]) for line in lines if line.strip()):
            if mark == "=":
                case.expected.append(rest)
            elif mark:
                case.steps.append((int(mark), rest.replace("@", case.schema)))
            else:
                case.before.append(rest.replace("@", case.schema))
        yield case


CASES = list(cases())


def drifted(project: Project) -> Told:
    """Make all cases in one lake, each in a schema of its own."""
    made = [f"CREATE SCHEMA {case.schema};\nUSE lake.{case.schema};\n" + ";\n".join(case.before) for case in CASES]
    project.migration("V1__before.sql", ";\n".join(made))
    ran = project.main("migrate")
    assert ran.code == 0, ran.err
    steps = {}
    with attached(project.source, project.data_path) as lake:
        for case in CASES:
            lake.execute(f"USE lake.{case.schema}")
            for number, group in groupby(case.steps, key=itemgetter(0)):
                lake.execute("BEGIN")
                for _, statement in group:
                    lake.execute(statement)
                lake.execute("COMMIT")
                steps[last_snapshot(lake)] = number
    return Told(project.main("drift", "--json").json["changes"], steps)


def last_snapshot(lake: Any) -> int:
    (snapshot,) = lake.execute("SELECT * FROM ducklake_last_committed_snapshot('lake')").fetchone()
    return int(snapshot)


def said(drift: Told, case: Case) -> list[str]:
    return [
        told(change, drift.steps, case.schema) for change in drift.changes if change["name"].startswith(case.schema)
    ]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def drift(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    return drifted(project_at(tmp_path_factory.mktemp("matrix") / "project", server))


@pytest.mark.parametrize("case", [pytest.param(case, id=case.title) for case in CASES])
def test_drift(case: Case, drift: Told) -> None:
    assert said(drift, case) == case.expected


def test_the_matrix_is_large() -> None:
    assert len(CASES) >= 60
    assert len({re.sub(r"\W+", " ", case.title) for case in CASES}) == len(CASES)
