"""A catalog is input: nothing that somebody put in place of one of its tables is evaluated."""

from contextlib import suppress
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from support.lakes import load
from support.postgres import Postgres
from support.project import Project, copy_of, project_at

READING = [["info"], ["validate"], ["drift"], ["log"], ["diff", "live", "live"], ["migrate", "--dry-run"]]
TABLES = [
    *("ducklake_column", "ducklake_data_file", "ducklake_inlined_data_tables", "ducklake_metadata"),
    *("ducklake_schema", "ducklake_schema_versions", "ducklake_snapshot", "ducklake_table", "ducklake_view"),
]


@pytest.fixture
def lake(duckdb_project: Project) -> Project:
    duckdb_project.migration("V1__t.sql", "CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1);")
    assert duckdb_project.main("migrate").code == 0
    (duckdb_project.folder / "secret.txt").write_text("CANARY")
    return duckdb_project


def replaced(project: Project, table: str, sql: str) -> None:
    with duckdb.connect(str(project.folder / "lake.db")) as catalog:
        catalog.execute(f"ALTER TABLE {table} RENAME TO real_one")
        catalog.execute(sql.format(table=table, secret=project.folder / "secret.txt"))


def said(project: Project, *commands: list[str]) -> str:
    ran = [project.main(*command) for command in commands]
    assert [item.code for item in ran] == [3] * len(commands), [item.err for item in ran]
    return "".join(item.out + item.err for item in ran)


@pytest.mark.parametrize("table", TABLES)
def test_a_view_in_place_of_a_table(table: str, lake: Project) -> None:
    sql = (
        "CREATE VIEW {table} AS SELECT * FROM real_one"
        " WHERE (SELECT error(content)::INTEGER FROM read_text('{secret}')) > 3"
    )
    replaced(lake, table, sql)
    out = said(lake, *READING, ["migrate"], ["plan"])
    assert "CANARY" not in out
    if table != "ducklake_metadata":
        assert f"{lake.folder}/lake.db: {table} is not a table, as it is in every lake's catalog" in out


def test_a_view_in_place_of_inlined_rows(lake: Project) -> None:
    with duckdb.connect(str(lake.folder / "lake.db")) as catalog:
        row = catalog.execute("SELECT table_name FROM ducklake_inlined_data_tables ORDER BY ALL").fetchone()
    assert row
    replaced(lake, row[0], "CREATE VIEW {table} AS SELECT error(content) FROM read_text('{secret}')")
    assert "CANARY" not in said(lake, *READING)


IN_POSTGRES = {
    "view": "CREATE VIEW {table} AS SELECT * FROM real_one WHERE 1 / (length('') * 0) > 0",
    "inheritance": "CREATE TABLE {table} (LIKE real_one); CREATE TABLE child () INHERITS ({table})",
    "row security": "CREATE TABLE {table} (LIKE real_one); ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    "materialized view": "CREATE MATERIALIZED VIEW {table} AS SELECT * FROM real_one",
    "foreign table": "CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER far FOREIGN DATA WRAPPER nothing;"
    " CREATE FOREIGN TABLE {table} (i INTEGER) SERVER far",
}


@pytest.fixture(scope="module")
def in_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = project_at(tmp_path_factory.mktemp("postgres") / "project", postgres)
    project.migration("V1__t.sql", "CREATE TABLE t (i INTEGER);")
    assert project.main("migrate").code == 0
    return project


@pytest.mark.parametrize(
    ("what", "table"), [*((what, "ducklake_schema") for what in IN_POSTGRES), ("view", "ducklake_metadata")]
)
def test_something_else_in_postgres(
    what: str, table: str, in_postgres: Project, postgres: Postgres, tmp_path: Path
) -> None:
    project = copy_of(in_postgres, tmp_path / "project", postgres)
    database = project.source.partition("dbname=")[2].split()[0]
    postgres.execute(f"ALTER TABLE {table} RENAME TO real_one", database)
    postgres.execute(IN_POSTGRES[what].format(table=table), database)
    out = said(project, ["info"], ["drift"], ["migrate"])
    assert out.count(f"{table} is not a table") == 3
    assert "division" not in out


AUDITED = """
CREATE TABLE audit (what TEXT);
CREATE FUNCTION audited() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO audit VALUES ('trigger'); RETURN coalesce(NEW, OLD); END $$;
DO $$ DECLARE name TEXT; BEGIN
  FOR name IN SELECT relname FROM pg_class WHERE relname LIKE 'ducklake\\_%' AND relkind = 'r' LOOP
    EXECUTE format('CREATE TRIGGER audit BEFORE INSERT OR UPDATE OR DELETE ON %I'
      ' FOR EACH ROW EXECUTE FUNCTION audited()', name);
    EXECUTE format('CREATE RULE audit AS ON INSERT TO %I DO ALSO INSERT INTO audit VALUES (''rule'')', name);
  END LOOP;
END $$;
"""


def test_triggers_and_rules_of_the_database(in_postgres: Project, postgres: Postgres, tmp_path: Path) -> None:
    """They are the owner's of the database, who is trusted: they run when a command writes, and never when it reads."""
    project = copy_of(in_postgres, tmp_path / "project", postgres)
    database = project.source.partition("dbname=")[2].split()[0]
    postgres.execute(AUDITED, database)
    for command in READING:
        assert project.main(*command).code == 0
    assert postgres.execute("SELECT what FROM audit", database).split() == []
    project.migration("V2__u.sql", "CREATE TABLE u (i INTEGER);")
    assert project.main("migrate").code == 0
    assert project.main("drift") == (0, "no differences\n", "")
    assert postgres.execute("SELECT DISTINCT what FROM audit ORDER BY 1", database).split() == ["rule", "trigger"]


def test_macros_with_the_names_of_all_functions(lake: Project) -> None:
    before = [lake.main(*command).out for command in READING]
    with duckdb.connect(str(lake.folder / "lake.db")) as catalog:
        functions = catalog.execute(
            "SELECT DISTINCT function_type, function_name FROM duckdb_functions()"
            " WHERE regexp_matches(function_name, '^[a-z_0-9]+$') ORDER BY ALL"
        ).fetchall()
        for kind, name in functions:
            body = "TABLE SELECT error('CANARY')" if kind == "table" else "error('CANARY')"
            with suppress(duckdb.Error):
                catalog.execute(f'CREATE MACRO main."{name}"(*args) AS {body}'.replace("*args", "x"))
    assert [lake.main(*command).out for command in READING] == before


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("ALTER TABLE ducklake_table ALTER table_id TYPE VARCHAR USING 'x'", id="type of an id"),
        pytest.param("ALTER TABLE ducklake_column ALTER column_name TYPE INTEGER[] USING [1]", id="type of a name"),
        pytest.param("ALTER TABLE ducklake_snapshot ALTER snapshot_time TYPE VARCHAR USING 'never'", id="a time"),
        pytest.param("ALTER TABLE ducklake_schema DROP schema_uuid", id="a column is missing"),
        pytest.param(
            "DROP TABLE ducklake_schema; CREATE TABLE ducklake_schema (schema_id BIGINT, schema_uuid UUID,"
            " begin_snapshot BIGINT, end_snapshot BIGINT, schema_name VARCHAR AS ("
            "CASE current_database() WHEN 'lake' THEN 'main' ELSE error('CANARY') END), path VARCHAR,"
            " path_is_relative BOOLEAN); INSERT INTO ducklake_schema VALUES (0, uuid(), 0, NULL, 'main/', true)",
            id="a generated column",
        ),
    ],
)
def test_columns_of_another_kind(change: str, lake: Project) -> None:
    with duckdb.connect(str(lake.folder / "lake.db")) as catalog:
        catalog.execute(change)
    for command in READING:
        ran = lake.main(*command)
        assert (ran.code, ran.out) == (3, ""), ran.err
        assert len(ran.err.splitlines()) <= 2


def test_defaults_are_not_evaluated(lake: Project) -> None:
    with duckdb.connect(str(lake.folder / "lake.db")) as catalog:
        catalog.execute("ALTER TABLE ducklake_schema ALTER schema_name SET DEFAULT error('CANARY')")
    assert lake.main("info").code == lake.main("drift").code == 0


HOSTILE_SQL = [
    "CREATE VIEW v AS SELECT error(content) FROM read_text('{secret}')",
    "CREATE VIEW w AS FROM postgres_query('{dsn}', 'SELECT pg_notify(''quack'', ''called'')')",
    "CREATE MACRO m() AS TABLE SELECT error(content) FROM read_text('{secret}')",
    "CREATE MACRO lower(x) AS error('CANARY')",
    "CREATE TABLE d (i INTEGER, s VARCHAR DEFAULT error('CANARY'))",
]


def test_views_and_macros_of_the_lake_are_not_bound(project: Project, postgres: Postgres) -> None:
    project.migration("V1__t.sql", "CREATE TABLE t AS SELECT range AS i FROM range(100);")
    assert project.main("migrate").code == 0
    secret = project.folder / "secret.txt"
    secret.write_text("CANARY")
    dsn = postgres.new_database().keywords()
    database = dsn.partition("dbname=")[2].split()[0]
    for sql in HOSTILE_SQL:
        with suppress(duckdb.Error):
            project.sql(sql.format(secret=secret, dsn=dsn))
    # A view whose SQL does not bind: somebody who writes to the catalog needs no binder.
    project.in_catalog(
        f"INSERT INTO ducklake_view SELECT 900, '{UUID(int=1)}', max(snapshot_id), NULL, 0, 'x', 'duckdb',"
        f" 'FROM postgres_query(''{dsn}'', ''SELECT 1'')', NULL FROM ducklake_snapshot"
    )
    seen = f"SELECT xact_commit FROM pg_stat_database WHERE datname = '{database}'"
    before = postgres.execute(f"SELECT pg_stat_force_next_flush(); {seen}")
    for command in READING:
        ran = project.main(*command)
        assert ran.code in (0, 1), ran.err
        assert "CANARY" not in ran.err
    for stage in ("dt-history", "dt-snapshot"):
        assert project.call(stage).code == 0
    assert postgres.execute(f"SELECT pg_stat_force_next_flush(); {seen}") == before


def test_a_view_of_the_name_of_the_history(project: Project) -> None:
    project.sql("CREATE TABLE t (i INTEGER); CALL lake.set_option('data_inlining_row_limit', 0)")
    assert project.main("baseline", "--version", "1").code == 0
    (project.folder / "secret.txt").write_text("CANARY")
    project.in_catalog(
        f"INSERT INTO ducklake_view SELECT 900, '{UUID(int=1)}', max(snapshot_id), NULL, 0,"
        " 'ducktracker_schema_history', 'duckdb',"
        f" 'SELECT error(content) FROM read_text(''{project.folder}/secret.txt'')', NULL FROM ducklake_snapshot"
    )
    for command in READING:
        ran = project.main(*command)
        assert (ran.code, "CANARY" in ran.out + ran.err) == (3, False), ran.err
        assert len(ran.err.splitlines()) <= 2


def test_a_history_outside_of_the_data_path(project: Project, tmp_path: Path) -> None:
    project.sql("CREATE TABLE t (i INTEGER); CALL lake.set_option('data_inlining_row_limit', 0)")
    assert project.main("baseline", "--version", "1").code == 0
    relative = "path_is_relative = (1 = 0)"  # SQLite has no booleans.
    project.in_catalog(f"UPDATE ducklake_data_file SET path = '{tmp_path}/elsewhere.parquet', {relative}")
    ran = project.main("info")
    assert ran.code == 3
    assert f"{tmp_path}/elsewhere.parquet, outside of its data path, which is not opened" in ran.err
    assert len(ran.err.splitlines()) == 2


def test_a_secret_does_not_skip_the_check(lake: Project) -> None:
    with duckdb.connect() as connection:
        load(connection, "ducklake")
        connection.execute(f"SET secret_directory = '{lake.folder}/secrets'")
        connection.execute(
            f"CREATE PERSISTENT SECRET pond (TYPE ducklake, METADATA_PATH '{lake.folder}/lake.db',"
            f" DATA_PATH '{lake.folder}/data/')"
        )
    named = lake.with_environment(
        DUCKTRACKER_SECRET_NAME="pond", DUCKTRACKER_SECRET_DIRECTORY=str(lake.folder / "secrets")
    )
    assert named.main("info").code == 0
    replaced(lake, "ducklake_schema", "CREATE VIEW {table} AS SELECT error(content) FROM read_text('{secret}')")
    assert "ducklake_schema is not a table" in said(named, ["info"], ["drift"])
