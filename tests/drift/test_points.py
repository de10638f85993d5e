"""Any two points in the life of a schema, compared."""

from pathlib import Path

import pytest

from support.project import Project


def heads(project: Project, *points: str) -> list[str]:
    """Return the lines that name a change."""
    lines = project.main("diff", *points).out.splitlines()
    return [line for line in lines[:-1] if not line.startswith(" ")]


def snapshot_of(project: Project, version: int) -> int:
    rows = f"SELECT snapshot_id FROM ducktracker_schema_history WHERE version = {version}"
    return int(project.sql(rows)[0][0])


def test_two_versions(migrated: Project) -> None:
    assert heads(migrated, "V1", "V2") == ["+ table main.orders (id INTEGER, user_id INTEGER)"]
    assert heads(migrated, "V02", "v1") == ["- table main.orders (id INTEGER, user_id INTEGER)   [DATA_LOSS]"]
    assert migrated.main("diff", "V1", "V1").code == 0


def test_what_came_between_is_attributed(migrated: Project) -> None:
    (change,) = migrated.main("diff", "V1", "V2", "--json").json["changes"]
    assert [blame["migrations"] for blame in change["blame"]] == [["V2__orders.sql"]]


def test_a_version_and_live(migrated: Project) -> None:
    migrated.sql("ALTER TABLE users RENAME TO people")
    assert heads(migrated, "V2", "live") == [
        '+ view main.names SELECT "name" FROM users',
        "> table main.users -> main.people",
    ]


def test_lake_snapshots(migrated: Project) -> None:
    first = snapshot_of(migrated, 1)
    assert heads(migrated, str(first - 1), str(first)) == ["+ table main.users (id INTEGER, name VARCHAR)"]


def test_times(migrated: Project) -> None:
    ((time,),) = migrated.sql(
        "SELECT CAST(snapshot_time AS VARCHAR) FROM ducklake_snapshots('lake') "
        f"WHERE snapshot_id = {snapshot_of(migrated, 1)}"
    )
    assert heads(migrated, time, "V2") == ["+ table main.orders (id INTEGER, user_id INTEGER)"]


def test_files(migrated: Project) -> None:
    migrated.migration("V3__data.sql", "INSERT INTO users VALUES (1, 'a'); ALTER TABLE users ADD COLUMN x INTEGER;")
    assert heads(migrated, "files", "live") == ["- column main.users.x INTEGER   [DATA_LOSS]"]
    assert migrated.main("drift", "--against", "files").out == migrated.main("diff", "files", "live").out
    assert migrated.main("migrate").code == 0
    assert migrated.main("diff", "files", "live") == (0, "no differences\n", "")


def test_files_need_no_lake(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__t.sql", "CREATE TABLE t (i INTEGER);")
    (duckdb_project.folder / "empty.json").write_text('{"kind": "schema", "version": 1, "options": {}}')
    assert heads(duckdb_project, "empty.json", "files")[-1] == "+ table main.t (i INTEGER)"
    assert not Path(duckdb_project.source).exists()


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param({}, id="none"),
        pytest.param({"DUCKTRACKER_HAZARDS": "refuse"}, id="hazards"),
        pytest.param({"DUCKTRACKER_TRANSACTION": "all"}, id="one transaction"),
        pytest.param({"DUCKTRACKER_TRANSACTION": "group"}, id="groups"),
        pytest.param({"DUCKTRACKER_DRIFT_ON_MIGRATE": "refuse"}, id="drift"),
        pytest.param({"DUCKTRACKER_VALIDATE_ON_MIGRATE": "true", "DUCKTRACKER_OUT_OF_ORDER": "false"}, id="order"),
        pytest.param({"DUCKTRACKER_READ_ONLY": "true"}, id="read-only"),
    ],
)
def test_files_are_replayed_without_policies(duckdb_project: Project, policy: dict[str, str]) -> None:
    """These files lose data, and one transaction could not hold them."""
    duckdb_project.migration("V1__t.sql", "CREATE TABLE t (i INT DEFAULT 1); CREATE VIEW v AS SELECT i FROM t;")
    duckdb_project.migration("V2__type.sql", "ALTER TABLE t ALTER i TYPE BIGINT;")
    duckdb_project.migration("V3__name.sql", "ALTER TABLE t RENAME i TO j;")
    duckdb_project.migration("V4__gone.sql", "DROP TABLE t;")
    assert duckdb_project.main("migrate").code == 0
    project = duckdb_project.with_environment(**policy)
    assert project.main("drift", "--against", "files") == (0, "no differences\n", "")
    assert project.main("diff", "files", "live") == (0, "no differences\n", "")


def test_a_file_that_fails(migrated: Project) -> None:
    migrated.migration("V3__bad.sql", "SELECT 1;\nDROP TABLE nobody;")
    ran = migrated.main("diff", "files", "live")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("ducktracker: V3__bad.sql:2: Catalog Error")


def test_a_document_and_live(migrated: Project) -> None:
    (migrated.folder / "before.json").write_text(migrated.call("dt-snapshot").out)
    migrated.sql("DROP TABLE orders")
    assert heads(migrated, "before.json", "live") == [
        "- table main.orders (id INTEGER, user_id INTEGER)   [DATA_LOSS]",
    ]
    assert migrated.main("diff", "-", "live", stdin=(migrated.folder / "before.json").read_text()).code == 1


def test_documents_need_neither_lake_nor_configuration(migrated: Project) -> None:
    for version in (1, 2):
        text = migrated.call("dt-snapshot", "--at", str(snapshot_of(migrated, version))).out
        (migrated.folder / f"{version}.json").write_text(text)
    expected = migrated.call("dt-diff", "1.json", "2.json")
    (migrated.folder / "ducktracker.toml").write_text("no [ TOML")
    assert migrated.main("diff", "1.json", "2.json", "--json") == expected


def test_versions_that_share_a_snapshot(project: Project) -> None:
    for version in (1, 2, 3):
        project.migration(f"V{version}__t.sql", f"CREATE TABLE t{version} (i INTEGER);")
    assert project.main("migrate", "--transaction", "all").code == 0
    ran = project.main("diff", "V1", "V3")
    snapshot = snapshot_of(project, 1)
    assert ran == (
        2,
        "",
        f"ducktracker: V1 and V3 can't be distinguished: V1 to V3 share lake snapshot {snapshot}\n"
        'hint: behavior.transaction = "each" gives each migration a snapshot of its own\n',
    )


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        pytest.param("V9", "no version 9 in lake.main.ducktracker_schema_history; there are V1, V2", id="version"),
        pytest.param("99", "snapshot 99 is not in this lake", id="snapshot"),
        pytest.param("2001-01-01", "the lake has no snapshot at 2001-01-01", id="time"),
        pytest.param("2001-13-01", "not a time: '2001-13-01'", id="no time"),
        pytest.param("nobody.json", "nobody.json: no such file", id="document"),
    ],
)
def test_points_that_are_not_there(migrated: Project, point: str, expected: str) -> None:
    ran = migrated.main("diff", point, "live")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"ducktracker: {expected}")


def test_options_are_compared_where_they_were_copied(migrated: Project) -> None:
    migrated.sql("CALL lake.set_option('parquet_compression', 'zstd')")
    snapshot = migrated.sql("SELECT max(snapshot_id) FROM ducktracker_schema_history WHERE migration_type = 'R'")[0][0]
    assert heads(migrated, str(snapshot), "live") == ["+ option parquet_compression zstd"]
    assert migrated.main("diff", "V1", "live").out.endswith("(options not compared)\n")
