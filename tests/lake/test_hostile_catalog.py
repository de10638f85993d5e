"""A catalog is input: nothing that somebody put in place of one of its tables is evaluated."""

from pathlib import Path

import duckdb
import pytest

from support.postgres import Postgres
from support.project import Project, project_at

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


@pytest.mark.parametrize("table", ["ducklake_metadata", "ducklake_schema"])
def test_a_view_in_postgres(table: str, postgres: Postgres, tmp_path: Path) -> None:
    project = project_at(tmp_path / "project", postgres)
    project.migration("V1__t.sql", "CREATE TABLE t (i INTEGER);")
    assert project.main("migrate").code == 0
    database = project.source.partition("dbname=")[2].split()[0]
    postgres.execute(f"ALTER TABLE {table} RENAME TO real_one", database)
    postgres.execute(f"CREATE VIEW {table} AS SELECT * FROM real_one WHERE 1 / (length('') * 0) > 0", database)
    out = said(project, ["info"], ["drift"], ["migrate"])
    assert out.count(f"{table} is not a table") == 3
    assert "division" not in out
