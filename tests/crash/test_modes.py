"""Which migrations share a transaction, and so a lake snapshot."""

import os
import signal

import pytest

from support.project import Project
from support.running import read_by, started

SNAPSHOTS = """
SELECT count(DISTINCT snapshot_id), count(*) FROM ducktracker_schema_history WHERE success AND version IS NOT NULL
"""


def tables(project: Project) -> list[str]:
    query = "SELECT DISTINCT table_name FROM duckdb_columns() WHERE database_name = 'lake' ORDER BY 1"
    return [table for (table,) in project.sql(query) if table != "ducktracker_schema_history"]


def write(project: Project, *files: str) -> None:
    for version, sql in enumerate(files, start=1):
        project.migration(f"V{version}__x.sql", sql)


def plain(count: int) -> list[str]:
    return [f"CREATE TABLE t{number} (a INTEGER);" for number in range(count)]


@pytest.mark.parametrize(
    ("mode", "files", "snapshots"),
    [
        pytest.param("auto", plain(20), 20, id="auto, 20: each"),
        pytest.param("auto", plain(21), 1, id="auto, 21: group"),
        pytest.param("each", plain(21), 21, id="each"),
        pytest.param("group", plain(3), 1, id="group"),
        pytest.param("group", [*plain(2), "INSERT INTO t1 VALUES (1);", "DROP TABLE t0;"], 3, id="data stand alone"),
        pytest.param("group", [*plain(2), "CREATE TABLE c AS FROM t1;", "DROP TABLE t0;"], 3, id="CTAS stands alone"),
        pytest.param("group", [*plain(1), "ALTER TABLE t0 RENAME TO r;", "DROP TABLE r;"], 3, id="RENAME stands alone"),
        pytest.param(
            "group",
            [*plain(1), "ALTER TABLE t0 ADD COLUMN s STRUCT(a DATE);", *plain(2)[1:]],
            3,
            id="STRUCT stands alone",
        ),
        pytest.param("group", [*plain(2), "ALTER TABLE t0 RESET SORTED BY;", "DROP TABLE t0;"], 3, id="RESET SORTED"),
        pytest.param("group", ["SET threads = 1;", *plain(2)], 2, id="SET stands alone"),
        pytest.param("all", [*plain(2), "INSERT INTO t1 VALUES (1);", "ALTER TABLE t0 RENAME TO r;"], 1, id="all"),
    ],
)
def test_snapshots(duckdb_project: Project, mode: str, files: list[str], snapshots: int) -> None:
    write(duckdb_project, *files)
    ran = duckdb_project.main("migrate", "--transaction", mode)
    assert (ran.code, ran.err) == (0, "")
    # A SET alone changes nothing but the history, which is a snapshot too.
    assert duckdb_project.sql(SNAPSHOTS) == [(snapshots, len(files))]


def test_the_configured_mode(duckdb_project: Project) -> None:
    config = duckdb_project.folder / "ducktracker.toml"
    config.write_text(config.read_text() + '\n[behavior]\ntransaction = "group"\n')
    write(duckdb_project, *plain(3))
    assert duckdb_project.main("migrate").code == 0
    assert duckdb_project.sql(SNAPSHOTS) == [(1, 3)]


@pytest.mark.parametrize("rows", [3, 5000], ids=["few", "many"])
def test_rows_and_another_type_in_one_transaction(duckdb_project: Project, rows: int) -> None:
    """DuckLake alone would store wrong statistics for some of these: test_one_transaction.py, its cases 11."""
    insert = f"INSERT INTO t0 FROM range({rows});"
    files = (*plain(1), insert, "ALTER TABLE t0 ALTER a TYPE BIGINT;", "INSERT INTO t0 VALUES (9000);")
    write(duckdb_project, *files)
    assert "rows after a new type of a column (a)" in duckdb_project.main("migrate", "--transaction", "all").err
    (duckdb_project.folder / "migrations/V4__x.sql").unlink()
    write(duckdb_project, *files[:3])
    assert duckdb_project.main("migrate", "--transaction", "all").code == 0
    write(duckdb_project, *files)
    ran = duckdb_project.main("migrate", "--transaction", "all")
    assert (ran.code, ran.err) == (0, "")
    duckdb_project.sql("CALL ducklake_flush_inlined_data('lake')")
    assert duckdb_project.sql("SELECT count(*), min(a), max(a) FROM t0") == [(rows + 1, 0, 9000)]
    assert duckdb_project.sql("SELECT count(*) FROM t0 WHERE a = 9000") == [(1,)]
    assert duckdb_project.sql("SELECT count(*) FROM (SELECT a FROM t0 GROUP BY a)") == [(rows + 1,)]


def test_a_message_of_its_own_is_kept(duckdb_project: Project) -> None:
    write(duckdb_project, *plain(1), "CALL lake.set_commit_message('me', 'mine');\nCREATE TABLE x (a INTEGER);")
    assert duckdb_project.main("migrate").code == 0
    query = "SELECT author, commit_message FROM lake.snapshots() WHERE changes::VARCHAR LIKE '%main.{}%'"
    assert duckdb_project.sql(query.format("x")) == [("me", "mine")]
    ((_, message),) = duckdb_project.sql(query.format("t0"))
    assert message.endswith(": V1__x.sql")


@pytest.mark.parametrize("mode", ["each", "group", "all"])
@pytest.mark.parametrize("touch", ["USE lake.other", "SET schema = 'lake.other'"])
def test_names_go_to_the_target_schema_again(duckdb_project: Project, mode: str, touch: str) -> None:
    write(duckdb_project, f"CREATE SCHEMA other;\n{touch};\nCREATE TABLE t0 (a INTEGER);", *plain(2))
    ran = duckdb_project.main("migrate", "--transaction", mode)
    assert (ran.code, ran.err) == (0, "")
    query = "SELECT DISTINCT schema_name, table_name FROM duckdb_columns() WHERE table_name LIKE 't_' ORDER BY ALL"
    assert duckdb_project.sql(query) == [("main", "t0"), ("main", "t1"), ("other", "t0")]


@pytest.mark.parametrize("mode", ["each", "group"])
def test_what_a_migration_does_to_its_session_is_gone(duckdb_project: Project, mode: str) -> None:
    touching = "SET threads = 1;\nATTACH ':memory:' AS other;\nCREATE TEMP TABLE birds (a INTEGER);\nUSE other;"
    asking = "CREATE TABLE seen AS SELECT count(*) AS n FROM duckdb_databases() WHERE database_name = 'other';"
    write(duckdb_project, *plain(1), touching, asking, "CREATE TABLE birds (b DATE);")
    assert duckdb_project.main("migrate", "--transaction", mode).code == 0
    assert duckdb_project.sql("SELECT n FROM seen") == [(0,)]
    assert tables(duckdb_project) == ["birds", "seen", "t0"]


@pytest.mark.parametrize("mode", ["each", "group", "all"])
def test_an_interrupt(duckdb_project: Project, mode: str) -> None:
    """What was committed stays, what was running is rolled back, and nothing is recorded of it."""
    pipe = duckdb_project.folder / "pipe"
    os.mkfifo(pipe)
    endless = f"CREATE TABLE x (a INTEGER);\nSELECT count(*) FROM read_csv('{pipe}');\n"
    write(duckdb_project, *plain(2), f"{endless}SELECT sum(a.range) FROM range(1000000) a, range(1000000) b;")
    with started(duckdb_project, "migrate", "--transaction", mode) as process:
        with read_by(process, pipe) as writer:
            writer.write(b"a\n1\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr
        assert process.stderr.read().startswith("ducktracker: interrupted\n")
    assert tables(duckdb_project) == ([] if mode == "all" else ["t0", "t1"])
    counts = duckdb_project.main("info", "--json").json["counts"]
    assert counts == ({"pending": 3} if mode == "all" else {"applied": 2, "pending": 1})


def test_a_run_lets_go_of_old_catalogs(duckdb_project: Project) -> None:
    """Each commit has DuckDB load the catalog of 500 tables, of which it counts 7 MB."""
    columns = ", ".join(f"c{number} INTEGER" for number in range(30))
    wide = "\n".join(f"CREATE TABLE t{number} ({columns});" for number in range(500))
    kept = "SELECT memory_usage_bytes AS bytes FROM duckdb_memory() WHERE tag = 'OBJECT_CACHE'"
    write(duckdb_project, wide, *(f"CREATE VIEW v{number} AS SELECT 1 AS a;" for number in range(33)))
    duckdb_project.migration("V99__seen.sql", f"CREATE TABLE seen AS {kept};")
    assert duckdb_project.main("migrate", "--transaction", "each").code == 0
    ((size,),) = duckdb_project.sql("SELECT bytes FROM seen")
    assert 0 < size < 130_000_000


def test_rows_in_tables_that_one_transaction_made(project: Project) -> None:
    """They were made without a place for small inserts in the catalog; one comes with the first of these."""
    write(project, *plain(25))
    assert project.main("migrate").code == 0
    project.migration("V26__rows.sql", "INSERT INTO t0 VALUES (1);\nINSERT INTO t1 SELECT * FROM range(1000);")
    project.migration("V27__more.sql", "INSERT INTO t0 VALUES (2);\nDELETE FROM t1 WHERE a > 9;")
    assert project.main("migrate").code == 0
    assert project.sql("SELECT (SELECT sum(a) FROM t0), (SELECT count(*) FROM t1)") == [(3, 10)]
    assert project.main("info", "--json").json["counts"] == {"applied": 27}
    assert project.main("drift") == (0, "no differences\n", "")


def test_what_is_tuned_for_ddl_is_not_for_data(project: Project) -> None:
    settings = "SELECT current_setting('threads') AS threads, current_setting('disabled_optimizers') AS off"
    write(project, *plain(3), f"CREATE TABLE seen AS {settings};")
    assert project.main("migrate", "--transaction", "group").code == 0
    assert project.sql("SELECT * FROM seen") == project.sql(settings)


def test_data_after_many_commits_has_all_the_memory(duckdb_project: Project) -> None:
    much = "SELECT count(*) AS n FROM (SELECT DISTINCT hash(range) FROM range(5000000))"
    write(duckdb_project, *plain(30), f"SET temp_directory = '';\nCREATE TABLE seen AS {much};")
    ran = duckdb_project.main("migrate", "--transaction", "each")
    assert (ran.code, ran.err) == (0, "")
    assert duckdb_project.sql("SELECT n FROM seen") == [(5000000,)]
