"""The matrix: everything that can be done to a schema out of band, each case in a schema of its own in one lake."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from support.blocks import ROOT
from support.lakes import attached
from support.project import Project


@dataclass
class Case:
    """`@` in its SQL is the schema that is the case's own."""

    title: str
    schema: str
    before: list[str] = field(default_factory=list)
    steps: list[tuple[int, str]] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)


def cases() -> Iterator[Case]:
    """Read tests/drift/matrix.txt, which says what a case is."""
    text = (ROOT / "tests/drift/matrix.txt").read_text(encoding="utf-8")
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


def drifted(project: Project) -> dict[int, int]:
    """Make all cases in one lake, and return which step each lake snapshot is."""
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
    return steps


def last_snapshot(lake: Any) -> int:
    """Return the lake snapshot of the last commit."""
    (snapshot,) = lake.execute("SELECT * FROM ducklake_last_committed_snapshot('lake')").fetchone()
    return int(snapshot)
