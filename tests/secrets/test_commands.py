"""No secret of a migration is shown by any command or kept in the lake, whether it runs, fails or is planned."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dt_contract import redaction
from support.lakes import extension
from support.project import Project, project_at
from support.secret_sql import Statement, leaks, statements

LOAD = f"LOAD '{extension('httpfs')}';\nLOAD '{extension('postgres_scanner')}';\n"
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
BEFORE = (
    ("ducktracker", "plan", "--out", "plan.json"),
    ("ducktracker", "plan"),
    ("ducktracker", "plan", "--json"),
    ("ducktracker", "validate"),
)
RUN = (("ducktracker", "migrate"), ("ducktracker", "migrate", "--json"))
AFTER = (
    ("ducktracker", "info"),
    ("ducktracker", "info", "--json"),
    ("ducktracker", "log", "-n", "3"),
    ("ducktracker", "log", "-n", "3", "--json"),
    ("ducktracker", "drift"),
    ("ducktracker", "drift", "--json"),
    ("ducktracker", "repair", "--dry-run"),
    ("dt-history",),
    ("dt-scan",),
)
KEPT = """
SELECT COLUMNS(* EXCLUDE snapshot_data)::VARCHAR FROM ducktracker_schema_history ORDER BY installed_rank DESC LIMIT 5
"""
MESSAGES = "SELECT author, commit_message, commit_extra_info FROM lake.snapshots() ORDER BY snapshot_id DESC LIMIT 5"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = project_at(tmp_path_factory.mktemp("secrets") / "project")
    made.migration("V1__birds.sql", "CREATE TABLE birds (i INT);\n")
    assert made.main("migrate").code == 0
    return made


def ended(project: Project, commands: Sequence[Sequence[str]]) -> Iterator[str]:
    """How each command ended, without what one has learned for the next: as processes of their own.

    A server that a migration reaches for in vain is 3.
    """
    for command in commands:
        redaction._concealed.clear()
        redaction._masked.cache_clear()
        ran = project.call(*command)
        shown = f"{command}: {ran.code}\n{ran.out}\n{ran.err}"
        assert ran.code in (0, 1, 2, 3, 4), shown
        assert "Traceback" not in ran.err, shown
        yield shown


def check(project: Project, statement: Statement, *, fails: bool, rest: Sequence[Sequence[str]]) -> None:
    last = ";\nSELECT missing FROM birds" if fails else ""
    project.migration("R__secret.sql", f"{LOAD}{statement.sql}{last};\n")
    plan = project.folder / "plan.json"
    plan.unlink(missing_ok=True)
    for shown in ended(project, (*BEFORE, *RUN, *rest)):
        assert not leaks(shown), shown
    assert not leaks(plan.read_text() if plan.exists() else "")
    assert not leaks(str(project.sql(KEPT) + project.sql(MESSAGES)))
    shutil.rmtree(Path(project.environment["HOME"]) / ".duckdb", ignore_errors=True)


@settings(max_examples=8, deadline=None, suppress_health_check=QUIET, phases=PHASES)
@given(statements(), st.booleans())
def test_a_few_migrations(project: Project, statement: Statement, fails: bool) -> None:
    check(project, statement, fails=fails, rest=AFTER[::2])


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, suppress_health_check=QUIET, phases=PHASES)
@given(statements(), st.booleans())
def test_many_migrations(project: Project, statement: Statement, fails: bool) -> None:
    check(project, statement, fails=fails, rest=AFTER)
