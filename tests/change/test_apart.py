"""What is only tried in a lake of its own changes nothing else, whatever the SQL of a stranger says."""

import pytest

from support.project import Project

STATEMENTS = {
    "copy to": "COPY (SELECT 1) TO '{out}'",
    "copy to, in other letters": "copy(select 1)to'{out}'",
    "prepared": "PREPARE p AS COPY (SELECT 1) TO '{out}'; EXECUTE p",
    "explained": "EXPLAIN ANALYZE COPY (SELECT 1) TO '{out}'",
    "export": "EXPORT DATABASE '{out}'",
    "attach": "ATTACH '{out}' AS other",
    "the lake itself": "ATTACH 'ducklake:{lake}' AS own",
    "import": "IMPORT DATABASE '{out}'",
    "log": "CALL enable_logging(storage = 'file', storage_config = {{'path': '{out}'}})",
    "log by a query": "SELECT * FROM enable_logging(storage = 'file', storage_path = '{out}')",
    "secret": "CREATE PERSISTENT SECRET s (TYPE http)",
    "install": "INSTALL spatial",
    "load": "LOAD '{out}'",
    "database": "COPY FROM DATABASE memory TO lake",
}
COMMANDS = {
    "create --to": ("create", "x", "--to", "schema.sql", "--dry-run"),
    "mark": ("mark", "2", "--reason", "why", "--dry-run"),
    "drift": ("drift", "--against", "files"),
    "dump": ("dump", "--at", "files"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    from support.project import project_at

    made = project_at(tmp_path_factory.mktemp("apart") / "project", None)
    made.migration("V1__t.sql", "CREATE TABLE t (i INTEGER)")
    assert made.main("migrate").code == 0
    return made


@pytest.mark.parametrize("sql", STATEMENTS.values(), ids=STATEMENTS)
def test_a_schema_file_changes_nothing_else(project: Project, sql: str) -> None:
    refused(project, "create --to", sql)


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "create --to"])
def test_no_command_lets_it_out(project: Project, command: str) -> None:
    refused(project, command, STATEMENTS["copy to"])


def refused(project: Project, command: str, sql: str) -> None:
    out = project.folder / "out"
    text = sql.format(out=out, lake=project.source)
    before = project.sql("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')")
    path = project.migration("V2__x.sql", f"CREATE TABLE u (i INTEGER);\n{text}")
    (project.folder / "schema.sql").write_text(f"CREATE TABLE u (i INTEGER);\n{text}")
    if command == "create --to":
        path.unlink()
    ran = project.main(*COMMANDS[command])
    path.unlink(missing_ok=True)
    assert ran.code == 2, ran.err
    assert not out.exists()
    assert ".sql:2: " in ran.err
    assert project.sql("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')") == before


def test_what_it_reads_and_sets_is_let_through(project: Project) -> None:
    (project.folder / "seed.csv").write_text("i\n1\n")
    seed = project.folder / "seed.csv"
    (project.folder / "schema.sql").write_text(
        "SET memory_limit = '1GB';\nSET TimeZone = 'UTC';\nCREATE TABLE t (i INTEGER);\n"
        f"INSERT INTO t SELECT i FROM read_csv('{seed}');\nCOPY t FROM '{seed}';\nCREATE TABLE u AS FROM '{seed}';\n"
    )
    ran = project.main("create", "seeds", "--to", "schema.sql", "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert "CREATE TABLE u (i BIGINT)" in ran.out
