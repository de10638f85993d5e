"""What plan says that migrations would do, and that migrate then does it."""

import pytest

from support.project import Project

BASE = """
CREATE TABLE users (id INTEGER NOT NULL, email VARCHAR, address STRUCT(city VARCHAR, zip INTEGER));
INSERT INTO users SELECT i, 'u' || i, {'city': 'x', 'zip': i} FROM range(100) t(i);
CREATE TABLE tmp (i INTEGER);
CREATE VIEW emails AS SELECT email FROM users;
CREATE MACRO twice(x) AS x * 2;
"""

CASES = [
    pytest.param(
        "ALTER TABLE users RENAME TO people; DROP VIEW emails",
        ["- view main.emails CREATE VIEW emails AS SELECT email FROM users;", "> table main.users -> main.people"],
        id="a renamed table",
    ),
    pytest.param(
        "ALTER TABLE users RENAME COLUMN id TO user_id",
        ["> column main.users.id -> main.users.user_id"],
        id="a renamed column",
    ),
    pytest.param(
        "DROP TABLE tmp",
        ["- table main.tmp (i INTEGER)   [DATA_LOSS]", "! DATA_LOSS  main.tmp  V2__x.sql:1"],
        id="a dropped table",
    ),
    pytest.param(
        "CREATE TABLE again (i INTEGER);\nDROP TABLE again;",
        [],
        id="a table that comes and goes is no loss",
    ),
    pytest.param(
        "CREATE OR REPLACE TABLE tmp (j INTEGER)",
        [
            "- table main.tmp (i INTEGER)   [DATA_LOSS]",
            "+ table main.tmp (j INTEGER)   [IDENTITY]",
            "! DATA_LOSS  main.tmp  V2__x.sql:1",
            "! IDENTITY  main.tmp  V2__x.sql:1",
        ],
        id="a replaced table",
    ),
    pytest.param(
        "DROP TABLE tmp;\nCREATE TABLE tmp (i INTEGER);",
        [
            "- table main.tmp (i INTEGER)   [DATA_LOSS]",
            "+ table main.tmp (i INTEGER)   [IDENTITY]",
            "! DATA_LOSS  main.tmp  V2__x.sql:1",
        ],
        id="a table dropped and made again",
    ),
    pytest.param(
        "ALTER TABLE users ALTER address TYPE STRUCT(city VARCHAR)",
        [
            "- column main.users.address.zip INTEGER   [DATA_LOSS]",
            "! DATA_LOSS  main.users.address.zip  V2__x.sql:1",
        ],
        id="a struct retyped with a field left out",
    ),
    pytest.param(
        "ALTER TABLE users ADD COLUMN age INTEGER DEFAULT 3;\nALTER TABLE users DROP COLUMN address;",
        [
            "- column main.users.address STRUCT(city VARCHAR, zip INTEGER)   [DATA_LOSS]",
            "+ column main.users.age INTEGER DEFAULT 3",
            "! DATA_LOSS  main.users.address  V2__x.sql:2",
        ],
        id="a column added, a column dropped",
    ),
    pytest.param(
        "ALTER TABLE users ADD COLUMN age INTEGER;\nALTER TABLE users DROP COLUMN age;",
        [],
        id="a column that comes and goes is no loss",
    ),
    pytest.param(
        "ALTER TABLE users RENAME COLUMN email TO mail",
        [
            "> column main.users.email -> main.users.mail",
            "! BROKEN_VIEW  main.emails  V2__x.sql:1",
        ],
        id="a view that breaks",
    ),
    pytest.param(
        "ALTER TABLE users RENAME COLUMN email TO mail;\nCREATE OR REPLACE VIEW emails AS SELECT mail FROM users;",
        [
            "~ view main.emails",
            "> column main.users.email -> main.users.mail",
        ],
        id="a view that is mended in time",
    ),
    pytest.param(
        "ALTER TABLE tmp ALTER i TYPE BIGINT;\nCOMMENT ON TABLE tmp IS 'it''s';\nCOMMENT ON COLUMN tmp.i IS 'c';",
        ["~ table main.tmp", "~ column main.tmp.i"],
        id="a type and comments",
    ),
    pytest.param(
        "ALTER TABLE tmp SET PARTITIONED BY (bucket(4, i));\nALTER TABLE tmp SET SORTED BY (i DESC);",
        ["~ table main.tmp"],
        id="partition and sort keys, as the statements say them",
    ),
    pytest.param(
        "CALL lake.set_option('parquet_compression', 'zstd')",
        ["+ option parquet_compression zstd"],
        id="an option",
    ),
    pytest.param(
        "CREATE OR REPLACE MACRO twice(x) AS x + x",
        ["~ macro main.twice"],
        id="a replaced macro",
    ),
    pytest.param(
        "INSERT INTO tmp SELECT * FROM range(100000);\nUPDATE users SET email = 'x';\nDELETE FROM tmp WHERE i > 5;",
        [],
        id="rows alone",
    ),
]
_MARKS = ("+ ", "- ", "~ ", "> ", "! ")


def base(project: Project, sql: str) -> None:
    project.migration("V1__base.sql", BASE)
    assert project.main("migrate").code == 0
    project.migration("V2__x.sql", sql)


def schema(project: Project) -> list[tuple[object, ...]]:
    return project.sql("FROM __ducklake_metadata_lake.ducklake_snapshot_changes ORDER BY ALL")


@pytest.mark.parametrize(("sql", "expected"), CASES)
def test_what_plan_says(duckdb_project: Project, sql: str, expected: list[str]) -> None:
    base(duckdb_project, sql)
    planned = duckdb_project.main("plan")
    assert planned.code == 0
    assert [line for line in planned.out.splitlines() if line.startswith(_MARKS)] == expected


@pytest.mark.parametrize("sql", [pytest.param(case.values[0], id=str(case.id)) for case in CASES])
def test_migrate_does_what_plan_says(duckdb_project: Project, sql: str) -> None:
    base(duckdb_project, sql)
    (duckdb_project.folder / "before.json").write_text(duckdb_project.call("dt-snapshot").out)
    planned = duckdb_project.main("plan", "--json").json["diff"]["changes"]
    assert duckdb_project.main("migrate").code == 0
    done = duckdb_project.call("dt-diff", "before.json", stdin=duckdb_project.call("dt-snapshot").out).json["changes"]
    assert essence(done) == essence(planned)


def essence(changes: list[dict[str, object]]) -> list[tuple[object, object, object]]:
    return [(change["change"], change["object"], change["name"]) for change in changes]


def test_a_statement_that_fails_is_found_with_file_and_line(project: Project) -> None:
    base(project, "CREATE TABLE a (i INTEGER);\n\nSELECT * FROM nowhere;\n")
    before = schema(project)
    planned = project.main("plan")
    assert (planned.code, planned.err.splitlines()[0].split(" Did you")[0]) == (
        4,
        "ducktracker: V2__x.sql:3: Catalog Error: Table with name nowhere does not exist!",
    )
    assert schema(project) == before


REACHING_OUT = """
CALL ducklake_expire_snapshots('lake', older_than => now());
CALL ducklake_cleanup_old_files('lake', cleanup_all => true);
CALL lake.merge_adjacent_files();
SELECT count(*) FROM ducklake_delete_orphaned_files('lake', cleanup_all => true);
COPY users TO 'users.csv';
EXPORT DATABASE 'out';
ATTACH 'other.db' AS other;
INSTALL spatial;
DROP VIEW emails;
"""


def test_what_a_rollback_does_not_undo_is_listed_and_not_run(project: Project) -> None:
    base(project, REACHING_OUT)
    files, snapshots = listing(project), schema(project)
    statements = project.main("plan", "--json").json["migrations"][0]["statements"]
    assert [statement["not_rehearsed"] is None for statement in statements] == [False] * 8 + [True]
    assert (listing(project), schema(project)) == (files, snapshots)


def listing(project: Project) -> list[str]:
    return sorted(str(path.relative_to(project.folder)) for path in project.folder.rglob("*") if path.is_file())


METADATA = "SELECT table_name FROM duckdb_tables() WHERE database_name = '__ducklake_metadata_lake' ORDER BY 1"


def metadata(project: Project) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every metadata table, as text: times need pytz otherwise."""
    tables = [row[0] for row in project.sql(METADATA) if row[0].startswith("ducklake_")]
    return {
        table: project.sql(f"SELECT t::VARCHAR FROM __ducklake_metadata_lake.{table} t ORDER BY ALL")
        for table in tables
    }


@pytest.mark.parametrize("ending", [pytest.param("", id="done"), pytest.param("SELECT * FROM nowhere;", id="failing")])
def test_plan_leaves_nothing(project: Project, ending: str) -> None:
    everything = ";\n".join(str(case.values[0]).strip().rstrip(";") for case in CASES[1:4])
    base(project, f"{everything};\nCREATE TABLE big AS SELECT * FROM range(200000);\n{ending}")
    rows, files = metadata(project), listing(project)
    assert project.main("plan").code == (4 if ending else 0)
    assert (metadata(project), listing(project)) == (rows, files)


def test_without_a_lake_it_rehearses_elsewhere(project: Project) -> None:
    project.migration("V1__base.sql", BASE)
    files = listing(project)
    planned = project.main("plan")
    assert planned.code == 0
    assert "rehearsed in a throw-away lake, as there is none yet; nothing was applied" in planned.out
    assert listing(project) == files


def test_not_null_after_an_earlier_migration_is_no_failure(duckdb_project: Project) -> None:
    base(duckdb_project, "ALTER TABLE tmp ADD COLUMN j INTEGER;")
    duckdb_project.migration("V3__y.sql", "ALTER TABLE tmp ALTER i SET NOT NULL;")
    planned = duckdb_project.main("plan", "--json")
    assert planned.code == 0
    assert "earlier statements are committed" in planned.json["migrations"][1]["statements"][0]["not_rehearsed"]


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
