"""What drift says of the cases of the matrix."""

import re

import pytest

from support.backends import BACKENDS, catalogs
from support.changes import Told, told
from support.matrix import CASES, Case, drifted
from support.project import project_at


def said(drift: Told, case: Case) -> list[str]:
    return [
        told(change, drift.steps, case.schema) for change in drift.changes if change["name"].startswith(case.schema)
    ]


@pytest.fixture(scope="module", params=BACKENDS)
def drift(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    server = catalogs(request, request.param)
    project = project_at(tmp_path_factory.mktemp("matrix") / "project", server)
    steps = drifted(project)
    return Told(project.main("drift", "--json").json["changes"], steps)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.title) for case in CASES])
def test_drift(case: Case, drift: Told) -> None:
    assert said(drift, case) == case.expected


def test_the_matrix_is_large() -> None:
    assert len(CASES) >= 60
    assert len({re.sub(r"\W+", " ", case.title) for case in CASES}) == len(CASES)
