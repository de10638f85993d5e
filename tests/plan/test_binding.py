"""A plan binds what migrate applies, and hazards may keep it from applying anything."""

from collections.abc import Callable, Collection

import pytest

from dt_contract.plan import PlanDocument
from ducktracker.migrate.hazard_policy import refuse_hazards
from ducktracker.plan import try_first
from support.project import Project


def base(project: Project, sql: str) -> None:
    project.migration("V1__base.sql", "CREATE TABLE tmp (i INTEGER);")
    assert project.main("migrate").code == 0
    project.migration("V2__x.sql", sql)


class TestPlanAndMigrate:
    @pytest.fixture
    def planned(self, project: Project) -> Project:
        base(project, "ALTER TABLE tmp ADD COLUMN j INTEGER;")
        assert project.main("plan", "--out", "plan.json").code == 0
        return project

    def test_applies_what_was_planned(self, planned: Project) -> None:
        planned.sql("INSERT INTO lake.main.tmp VALUES (1)")
        assert planned.main("migrate", "--plan", "plan.json").code == 0

    def test_refuses_when_the_lake_has_another_schema(self, planned: Project) -> None:
        planned.sql("ALTER TABLE lake.main.tmp ADD COLUMN k INTEGER")
        refused = planned.main("migrate", "--plan", "plan.json")
        assert (refused.code, refused.err.splitlines()[0]) == (
            5,
            "ducktracker: the lake's schema is no longer that of the plan",
        )

    def test_refuses_when_a_file_is_another(self, planned: Project) -> None:
        planned.migration("V2__x.sql", "ALTER TABLE tmp ADD COLUMN z INTEGER;")
        refused = planned.main("migrate", "--plan", "plan.json")
        assert (refused.code, refused.err.splitlines()[0]) == (
            5,
            "ducktracker: the pending migrations are no longer those of the plan: V2__x.sql",
        )

    def test_says_by_its_exit_code_that_something_is_pending(self, planned: Project) -> None:
        assert planned.main("plan", "--exit-code").code == 1


class TestHazardsRefused:
    @pytest.fixture
    def project(self, duckdb_project: Project) -> Project:
        base(duckdb_project, "DROP TABLE tmp;")
        return duckdb_project.with_environment(DUCKTRACKER_HAZARDS="refuse")

    def test_refuses(self, project: Project) -> None:
        refused = project.main("migrate")
        assert (refused.code, refused.err.splitlines()) == (
            1,
            [
                'ducktracker: V2__x.sql:1: DATA_LOSS: main.tmp; refused because `behavior.hazards = "refuse"`',
                "hint: --allow DATA_LOSS, or a leading comment in the file: -- ducktracker: allow DATA_LOSS",
            ],
        )
        assert project.main("info", "--json").json["counts"] == {"applied": 1, "pending": 1}

    def test_a_flag_lets_it_pass(self, project: Project) -> None:
        assert project.main("migrate", "--allow", "DATA_LOSS").code == 0

    def test_the_file_itself_lets_it_pass(self, project: Project) -> None:
        project.migration("V2__x.sql", "-- ducktracker: allow DATA_LOSS\nDROP TABLE tmp;")
        assert project.main("migrate").code == 0

    def test_another_hazard_lets_it_not(self, project: Project) -> None:
        assert project.main("migrate", "--allow", "IDENTITY").code == 1


DROP = "DROP TABLE tmp;"


def comes(file: str, sql: str) -> Callable[[Project], object]:
    return lambda project: project.migration(file, sql)


@pytest.mark.parametrize(
    ("meanwhile", "message"),
    [
        pytest.param(comes("V3__drop.sql", DROP), "pending migrations are no longer those", id="another version"),
        pytest.param(comes("R__drop.sql", DROP), "pending migrations are no longer those", id="a repeatable"),
        pytest.param(comes("V2__x.sql", DROP), "pending migrations are no longer those", id="another text"),
        pytest.param(
            lambda project: (project.folder / "migrations/V2__x.sql").rename(project.folder / "migrations/V4__x.sql"),
            "pending migrations are no longer those",
            id="another name",
        ),
        pytest.param(
            lambda project: project.sql("CREATE TABLE lake.main.other (i INTEGER)"),
            "the lake's schema is no longer that",
            id="the lake",
        ),
    ],
)
@pytest.mark.parametrize("is_new", [pytest.param(True, id="new lake"), pytest.param(False, id="old lake")])
def test_only_what_was_tried_runs(
    duckdb_project: Project,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[Project], object],
    message: str,
    *,
    is_new: bool,
) -> None:
    """What changes after the trial on a branch, and before the run."""
    if not is_new:
        base(duckdb_project, "SELECT 1;")
    duckdb_project.migration("V2__x.sql", "ALTER TABLE tmp ADD COLUMN j INTEGER;" if not is_new else "SELECT 1;")
    check = refuse_hazards

    def then(plan: PlanDocument, allowed: Collection[str]) -> None:
        check(plan, allowed)
        meanwhile(duckdb_project)

    monkeypatch.setattr(try_first, "refuse_hazards", then)
    refused = duckdb_project.with_environment(DUCKTRACKER_HAZARDS="refuse").main("migrate")
    assert (refused.code, refused.out) == (5, "")
    assert message in refused.err
    assert refused.err.endswith("\nhint: nothing was applied; run again\n")


def test_nothing_is_left_to_refuse(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another runner has applied what was tried."""
    base(duckdb_project, "ALTER TABLE tmp ADD COLUMN j INTEGER;")
    check = refuse_hazards

    def then(plan: PlanDocument, allowed: Collection[str]) -> None:
        check(plan, allowed)
        assert duckdb_project.run("migrate").code == 0

    monkeypatch.setattr(try_first, "refuse_hazards", then)
    assert duckdb_project.with_environment(DUCKTRACKER_HAZARDS="refuse").main("migrate") == (
        0,
        "nothing to apply\n",
        "",
    )
