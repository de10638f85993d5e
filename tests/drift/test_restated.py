"""Migrations that find their work done by hand: what the history keeps, and what drift says if that is not known."""

import pytest

from ducktracker.migrate.session import Session
from support.project import Project, project_at

DATA = "SELECT version FROM lake.main.ducktracker_schema_history WHERE version > 1 AND snapshot_data IS NOT NULL"


@pytest.fixture
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = project_at(tmp_path_factory.mktemp("restated") / "project", None)
    made.migration("V1__t.sql", "CREATE TABLE t (a INTEGER)")
    assert made.main("migrate").code == 0
    return made


def migrate(project: Project, *arguments: str) -> None:
    ran = project.main("migrate", *arguments)
    assert ran.code == 0, ran.err


AS_QUERY = "CREATE TABLE IF NOT EXISTS u AS SELECT 1 AS a"


def test_what_cannot_be_known_stays_and_is_said(project: Project) -> None:
    project.sql("CREATE TABLE lake.main.u (a INTEGER); CREATE TABLE lake.main.x (a INTEGER)")
    project.migration("V2__u.sql", AS_QUERY)
    migrate(project)
    for _ in range(2):
        ran = project.main("drift")
        assert ran.code == 1
        hint = "    V2__u.sql states it too; if it is as it should be: ducktracker drift --accept WHY --only main.u"
        assert ran.out.splitlines().count(hint) == 1
        assert ran.out.count("states it too") == 1
        project.migration("V3__more.sql", "CREATE TABLE more (a INTEGER)")
        migrate(project)
    changes = {change["name"]: change for change in project.main("drift", "--json").json["changes"]}
    assert changes["main.u"]["stated_by"] == ["V2__u.sql"]
    assert "stated_by" not in changes["main.x"]
    assert project.main("drift", "--accept", "fine", "--only", "main.x").code == 0
    assert project.main("drift").out.count("states it too") == 1
    assert project.main("drift", "--accept", "fine", "--only", "main.u").code == 0
    assert project.main("drift").code == 0


def test_without_a_copy_the_history_rows_tell(project: Project) -> None:
    """As after a kill between the commit and the copy."""
    project.sql("CREATE TABLE lake.main.u (a INTEGER); ALTER TABLE lake.main.t ADD COLUMN b INTEGER")
    project.migration("V2__b.sql", "ALTER TABLE t ADD COLUMN IF NOT EXISTS b INTEGER")
    project.migration("V3__u.sql", AS_QUERY)
    migrate(project, "--transaction", "each")
    copies = "FROM lake.main.ducktracker_schema_history WHERE migration_type = 'S' AND installed_rank > 2"
    assert project.sql(f"SELECT count(*) {copies}") == [(1,)]
    project.sql(f"DELETE {copies}")
    ran = project.main("drift")
    assert "+ table main.u" in ran.out
    assert "V3__u.sql states it too" in ran.out
    assert "1 change: 1 added" in ran.out


@pytest.mark.parametrize("policy", ["warn", "ignore"])
def test_any_policy_records_it(project: Project, policy: str) -> None:
    project.sql("ALTER TABLE lake.main.t ADD COLUMN b INTEGER")
    project.migration("V2__b.sql", "ALTER TABLE T ADD COLUMN IF NOT EXISTS B INTEGER")
    ran = project.with_environment(DUCKTRACKER_DRIFT_ON_MIGRATE=policy).main("migrate")
    assert ran.code == 0
    assert project.main("drift").out == "no differences\n"
    assert project.sql(DATA) == [(2,)]


def test_nothing_is_kept_without_drift(project: Project) -> None:
    project.migration("V2__b.sql", "ALTER TABLE t ADD COLUMN IF NOT EXISTS b INTEGER")
    project.migration("V3__u.sql", "CREATE TABLE IF NOT EXISTS t (a INTEGER); DROP VIEW IF EXISTS v")
    migrate(project, "--transaction", "each")
    assert project.sql(DATA) == []
    assert project.main("drift").code == 0


def test_what_is_stated_of_main_is_not_of_the_schema_in_use(project: Project) -> None:
    """The table in use is as it is expected, the one of the same name in `main` is not."""
    project.migration("V2__s.sql", "CREATE SCHEMA s; CREATE TABLE s.t (a INTEGER, b INTEGER)")
    migrate(project)
    project.sql("ALTER TABLE lake.main.t ADD COLUMN b INTEGER")
    project.migration("V3__b.sql", "USE lake.s; ALTER TABLE t ADD COLUMN IF NOT EXISTS b INTEGER")
    migrate(project)
    assert "+ column main.t.b INTEGER" in project.main("drift").out
    project.migration("V4__b.sql", "USE lake.s; ALTER TABLE main.t ADD COLUMN IF NOT EXISTS b INTEGER")
    migrate(project)
    assert project.main("drift").code == 0


def test_prepared_and_explained_statements_state_nothing(project: Project) -> None:
    project.sql("ALTER TABLE lake.main.t ADD COLUMN b INTEGER")
    project.migration("V2__b.sql", "EXPLAIN ALTER TABLE t ADD COLUMN IF NOT EXISTS b INTEGER")
    migrate(project)
    assert "+ column main.t.b INTEGER" in project.main("drift").out


def test_what_somebody_does_during_the_run_is_stated_by_what_comes_after(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first migration touches its session, so that the run closes the lake after it."""
    project.migration("V2__more.sql", "SET threads = 1; CREATE TABLE more (a INTEGER)")
    project.migration("V3__b.sql", "ALTER TABLE t ADD COLUMN IF NOT EXISTS b INTEGER")
    project.migration("V4__u.sql", AS_QUERY)
    close = Session.close

    def closed(session: Session) -> None:
        close(session)
        monkeypatch.undo()
        project.sql("ALTER TABLE t ADD COLUMN b INTEGER; CREATE TABLE u (a INTEGER); CREATE TABLE x (a INTEGER)")

    monkeypatch.setattr(Session, "close", closed)
    migrate(project, "--transaction", "each")
    ran = project.main("drift")
    assert [line for line in ran.out.splitlines() if line.startswith("+")] == [
        "+ table main.u (a INTEGER)",
        "+ table main.x (a INTEGER)",
    ]
    assert ran.out.count("V4__u.sql states it too") == 1


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("ALTER TABLE t RENAME a TO a", "default: (none) -> 7"),
        ("ALTER TABLE t RENAME COLUMN a TO a; ALTER TABLE t ADD COLUMN b INTEGER", "default: (none) -> 7"),
        ("ALTER TABLE t ALTER a SET DEFAULT 7", "no differences"),
        ("ALTER TABLE t ALTER a SET DEFAULT 7; ALTER TABLE t RENAME a TO a", "no differences"),
    ],
    ids=["self-rename", "and-more", "set-again", "both"],
)
def test_a_rename_to_its_own_name_states_no_default(project: Project, sql: str, says: str) -> None:
    """DuckLake writes the same rows for it as for a default that is set again."""
    project.sql("ALTER TABLE lake.main.t ALTER a SET DEFAULT 7")
    project.migration("V2__a.sql", sql)
    migrate(project)
    assert says in project.main("drift").out
