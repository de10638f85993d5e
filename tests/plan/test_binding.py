"""A plan binds what migrate applies, and hazards may keep it from applying anything."""

import pytest

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
                "ducktracker: V2__x.sql:1: DATA_LOSS: main.tmp; behavior.hazards is refuse",
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
