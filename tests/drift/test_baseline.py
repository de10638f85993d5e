"""What the live schema is held against, whatever becomes of the lake's snapshots and files."""

import pytest

from support.project import Project

MAINTENANCE = (
    "CALL ducklake_flush_inlined_data('lake')",
    "CALL ducklake_merge_adjacent_files('lake')",
    "CALL ducklake_cleanup_old_files('lake', cleanup_all => true)",
)


def heads(project: Project) -> list[str]:
    """Return the lines of drift that name a change, and the last one."""
    lines = project.main("drift").out.splitlines()
    return [line for line in lines if not line.startswith(" ")]


def test_a_lake_that_is_as_it_was_left(migrated: Project) -> None:
    assert migrated.main("drift") == (0, "no differences\n", "")


def test_who_when_and_why(migrated: Project) -> None:
    commented = "CALL ducklake_set_commit_message('lake', 'ann', 'hot fix')"
    migrated.sql(f"BEGIN; {commented}; ALTER TABLE users ADD COLUMN x INTEGER; COMMIT")
    (change,) = migrated.main("drift", "--json").json["changes"]
    (blame,) = change["blame"]
    assert (blame["author"], blame["message"], blame["migrations"]) == ("ann", "hot fix", [])
    assert migrated.main("drift").out.splitlines()[1] == (
        f"    snapshot {blame['lake_snapshot']}, {blame['time']}, ann: hot fix; out of band"
    )


def test_a_baseline_that_was_expired_is_known_from_its_copy(migrated: Project) -> None:
    migrated.sql("ALTER TABLE users RENAME COLUMN name TO label")
    migrated.sql("DROP TABLE orders")
    before = heads(migrated)
    migrated.expire()
    assert before == heads(migrated) != ["no differences"]
    assert "    unknown (expired)" in migrated.main("drift").out.splitlines()


def test_a_history_that_was_written_anew(migrated: Project) -> None:
    """Its rows claim a later lake snapshot then, and the drift before that must not count as migrated."""
    migrated.migration("V3__fails.sql", "DROP TABLE missing;")
    assert migrated.main("migrate").code == 4
    migrated.sql("DROP TABLE orders")
    migrated.sql("DELETE FROM ducktracker_schema_history WHERE NOT success")
    migrated.sql("CALL ducklake_flush_inlined_data('lake')")
    migrated.sql("CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)")
    ran = migrated.main("drift")
    assert (ran.code, ran.out) == (2, "")
    assert "the rows of lake.main.ducktracker_schema_history were written again" in ran.err
    migrated.migration("V3__fails.sql", "DROP TABLE users;")
    assert "were written again" in migrated.with_environment(DUCKTRACKER_DRIFT_ON_MIGRATE="refuse").main("migrate").err
    assert migrated.main("drift", "--accept", "looked at it").code == 0
    assert migrated.main("drift") == (0, "no differences\n", "")
    for command in (["log"], ["diff", "V1", "V2"]):
        ran = migrated.main(*command)
        assert (ran.code, ran.out) == (2, "")
        assert "were written again" in ran.err


def test_options_are_known_from_a_copy_of_an_expired_baseline(migrated: Project) -> None:
    migrated.sql("CALL lake.set_option('parquet_compression', 'zstd')")
    migrated.sql("CREATE TABLE newer (i INTEGER)")
    migrated.expire()
    assert heads(migrated)[:2] == ["+ table main.newer (i INTEGER)", "+ option parquet_compression zstd"]


def test_neither_the_snapshot_nor_a_copy(migrated: Project) -> None:
    migrated.sql("DELETE FROM ducktracker_schema_history WHERE migration_type = 'S'")
    migrated.sql("DROP TABLE orders")
    migrated.expire()
    ran = migrated.main("drift")
    assert (ran.code, ran.out) == (2, "")
    assert "the last that ducktracker made, was expired, and the history holds no copy of its schema" in ran.err
    assert 'hint: if the live schema is as it should be: ducktracker drift --accept "why"' in ran.err
    assert migrated.main("drift", "--accept", "looked at it").code == 0
    assert migrated.main("drift") == (0, "no differences\n", "")


def test_a_copy_that_was_tampered_with_is_none(migrated: Project) -> None:
    migrated.sql("UPDATE ducktracker_schema_history SET snapshot_data = 'x' WHERE migration_type = 'S'")
    assert migrated.main("drift").out == "no differences (options not compared)\n"


@pytest.mark.parametrize("drifted", [pytest.param(True, id="drift"), pytest.param(False, id="no drift")])
def test_maintenance_changes_no_byte(migrated: Project, drifted: bool) -> None:
    if drifted:
        migrated.sql("ALTER TABLE users ADD COLUMN x INTEGER")
    before = outputs(migrated)
    for call in MAINTENANCE:
        migrated.sql(call)
    assert outputs(migrated) == before


def outputs(project: Project) -> list[object]:
    commands = (["info"], ["info", "--json"], ["validate"], ["validate", "--json"], ["drift"], ["drift", "--json"])
    return [project.main(*command) for command in commands]


def test_what_migrations_do_to_options_is_no_drift(migrated: Project) -> None:
    migrated.migration("V3__option.sql", "CALL lake.set_option('parquet_compression', 'zstd', table_name => 'users');")
    assert migrated.main("migrate").code == 0
    assert migrated.main("drift") == (0, "no differences\n", "")
    migrated.sql("CALL lake.set_option('parquet_compression', 'gzip', table_name => 'users')")
    assert heads(migrated)[0] == "~ option main.users.parquet_compression"


def test_options_of_the_history_table_are_no_drift(migrated: Project) -> None:
    migrated.sql("CALL lake.set_option('parquet_compression', 'zstd', table_name => 'ducktracker_schema_history')")
    migrated.sql("COMMENT ON TABLE ducktracker_schema_history IS 'x'")
    assert migrated.main("drift") == (0, "no differences\n", "")


def test_options_without_a_copy_are_not_compared(migrated: Project) -> None:
    migrated.sql("DELETE FROM ducktracker_schema_history WHERE migration_type = 'S'")
    migrated.sql("CALL lake.set_option('parquet_compression', 'zstd')")
    assert migrated.main("drift") == (0, "no differences (options not compared)\n", "")


def test_a_schema_that_stays_the_same_is_copied_once(migrated: Project) -> None:
    copies = (
        "SELECT octet_length(snapshot_data) FROM ducktracker_schema_history WHERE migration_type = 'S' ORDER BY ALL"
    )
    for version in (3, 4):
        migrated.migration(f"V{version}__data.sql", "INSERT INTO users VALUES (1, 'y');")
        assert migrated.main("migrate").code == 0
    ((third,), (fourth,), (first,)) = migrated.sql(copies)
    assert max(third, fourth) < 600 < first
    migrated.sql("CREATE TABLE newer (i INTEGER)")
    migrated.expire()
    assert heads(migrated)[0] == "+ table main.newer (i INTEGER)"


def test_an_existing_lake_under_a_baseline(project: Project) -> None:
    project.sql("CREATE TABLE users (id INTEGER)")
    project.sql("CALL lake.set_option('parquet_compression', 'zstd')")
    assert project.main("baseline", "--version", "3").code == 0
    assert project.main("drift") == (0, "no differences\n", "")
    project.sql("CALL lake.set_option('parquet_compression', 'gzip')")
    assert heads(project)[0] == "~ option parquet_compression"


@pytest.mark.parametrize("is_expired", [pytest.param(False, id="its past known"), pytest.param(True, id="expired")])
def test_a_baseline_on_a_lake_that_drifted_since(project: Project, is_expired: bool) -> None:
    """What was there at the baseline is expected, and no migration hides what was done to it since."""
    project.sql("CREATE TABLE users (id INTEGER, name VARCHAR, old INTEGER)")
    project.sql("CREATE TABLE orders (id INTEGER)")
    assert project.main("baseline", "--version", "3").code == 0
    for statement in (
        "ALTER TABLE users RENAME COLUMN name TO label",
        "ALTER TABLE users DROP COLUMN old",
        "DROP TABLE orders",
        "CREATE TABLE newer (i INTEGER)",
        "CALL lake.set_option('parquet_compression', 'zstd')",
    ):
        project.sql(statement)
    expected = [
        "> column main.users.name -> main.users.label",
        "- column main.users.old INTEGER   [DATA_LOSS]",
        "- table main.orders (id INTEGER)   [DATA_LOSS]",
        "+ table main.newer (i INTEGER)",
        "+ option parquet_compression zstd",
    ]
    for version, sql in enumerate(("ALTER TABLE users ADD COLUMN x DATE", "CREATE TABLE more (i INTEGER)"), start=4):
        if is_expired:
            project.expire()
        assert sorted(heads(project)[:-1]) == sorted(expected)
        project.migration(f"V{version}__more.sql", sql)
        assert project.main("migrate").code == 0
    assert sorted(heads(project)[:-1]) == sorted(expected)
    project.migration("V6__drop.sql", "ALTER TABLE users RENAME COLUMN label TO name; DROP TABLE newer")
    assert project.main("migrate").code == 0
    assert sorted(heads(project)[:-1]) == sorted([*expected[1:3], expected[-1]])


def test_since_when_options_are_known(migrated: Project) -> None:
    """A run after the copies were lost knows what it found, and not what somebody may have set before."""
    migrated.sql("DELETE FROM ducktracker_schema_history WHERE migration_type = 'S'")
    migrated.sql("CALL lake.set_option('parquet_compression', 'zstd')")
    migrated.migration("V3__more.sql", "CREATE TABLE more (i INTEGER);")
    assert migrated.main("migrate").code == 0
    (made,) = [row["lake_snapshot"] for row in migrated.call("dt-history").json["rows"] if row["version"] == 3]
    said = f"options before lake snapshot {made}"
    assert migrated.main("drift") == (0, f"no differences ({said} not compared)\n", "")
    migrated.migration("V4__more.sql", "CREATE TABLE most (i INTEGER);")
    assert migrated.main("migrate").code == 0
    migrated.sql("CALL lake.set_option('parquet_compression', 'gzip')")
    assert heads(migrated) == [
        "~ option parquet_compression",
        f"1 change: 1 modified ({said} not compared)",
    ]
    assert migrated.main("drift", "--json").json["not_compared"] == [said]
    assert migrated.main("drift", "--accept", "smaller").code == 0
    assert migrated.main("drift") == (0, "no differences\n", "")
