"""What revert and undo say of values that change, and of columns that come in another order."""

from support.project import Project

ORDER = ": its columns are in another order now, so that an INSERT without a column list puts values into other columns"


def migrate(project: Project, *migrations: str) -> None:
    for version, sql in enumerate(migrations, start=1):
        project.migration(f"V{version}__m.sql", sql)
        assert project.main("migrate", "--quiet").code == 0


def test_values_that_a_cast_changes(duckdb_project: Project) -> None:
    """A value that the former type holds is not counted, and neither is NULL."""
    lake = duckdb_project
    migrate(
        lake,
        "CREATE TABLE t (id INTEGER, b BIGINT, d DECIMAL(5,2), k INTEGER, s STRUCT(x INTEGER), l INTEGER[]);"
        "INSERT INTO t VALUES (1, 1, 1.25, 1, {x: 1}, [1]), (9, NULL, NULL, NULL, NULL, NULL);",
    )
    lake.sql("ALTER TABLE t ALTER b TYPE DOUBLE")
    lake.sql("ALTER TABLE t ALTER d TYPE DECIMAL(10,4)")
    lake.sql("ALTER TABLE t ALTER k TYPE BIGINT")
    lake.sql("INSERT INTO t VALUES (2, 1.6, 2.3456, 5, {x: 2}, [2])")
    lake.sql("UPDATE t SET b = 0.4 WHERE id = 1")
    ran = lake.main("revert", "--yes")
    assert ran.code == 1
    assert ran.err.splitlines() == [
        "ducktracker: main.t.b: 2 values are changed by the cast from DOUBLE to BIGINT",
        "ducktracker: main.t.d: 1 value is changed by the cast from DECIMAL(10,4) to DECIMAL(5,2)",
    ]
    assert lake.sql("SELECT b, d::DOUBLE, k FROM t ORDER BY id") == [(0, 1.25, 1), (2, 2.35, 5), (None, None, None)]
    assert lake.main("drift") == (0, "no differences\n", "")


def test_a_cast_that_keeps_all_values(duckdb_project: Project) -> None:
    migrate(duckdb_project, "CREATE TABLE t (b INTEGER, c INTEGER); INSERT INTO t VALUES (1, 2);")
    duckdb_project.sql("ALTER TABLE t ALTER c TYPE BIGINT")
    ran = duckdb_project.main("revert", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert "INSERT" not in ran.out


def test_a_column_that_comes_back_behind_the_others(duckdb_project: Project) -> None:
    lake = duckdb_project
    migrate(lake, "CREATE TABLE p (first VARCHAR, last VARCHAR);", "ALTER TABLE p DROP COLUMN first;")
    ran = lake.main("undo", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert f"main.p{ORDER}" in ran.out.splitlines()


def test_rows_of_a_table_whose_columns_moved(duckdb_project: Project) -> None:
    """The migration that wrote them would write other rows if it was run again."""
    lake = duckdb_project
    insert = "INSERT INTO p VALUES ('Ada', 'Lovelace'); CREATE TABLE n (i INTEGER); INSERT INTO n VALUES (1);"
    migrate(lake, "CREATE TABLE p (first VARCHAR, last VARCHAR);", insert, "ALTER TABLE p DROP COLUMN first;")
    assert lake.main("undo", "--yes").code == 0
    ran = lake.main("undo", "--rows", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert [line for line in ran.out.splitlines() if "order" in line] == [
        "main.p: its columns are in another order than before, so that an INSERT without a column list, run again, "
        "puts values into other columns"
    ]


def test_a_column_whose_type_comes_back_behind_the_others(duckdb_project: Project) -> None:
    lake = duckdb_project
    migrate(lake, "CREATE TABLE p (a INTEGER, b INTEGER); CREATE VIEW v AS SELECT * FROM p;")
    lake.sql("ALTER TABLE p ALTER a TYPE BIGINT")
    ran = lake.main("revert", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert [line for line in ran.out.splitlines() if line.startswith("main.")] == [
        f"main.p{ORDER}",
        "main.v: says SELECT *, so that its columns come in the new order of main.p",
    ]
    assert lake.sql("FROM p") == []
    assert [row[0] for row in lake.sql("DESCRIBE p")] == ["b", "a"]


def test_values_that_are_null_are_no_values(duckdb_project: Project) -> None:
    """Neither is the value of a field whose struct is NULL by now, or was then."""
    lake = duckdb_project
    migrate(
        lake,
        "CREATE TABLE t (id INTEGER, st STRUCT(x INTEGER, n STRUCT(y INTEGER, z INTEGER)), b VARCHAR);"
        "INSERT INTO t SELECT i, {x: i, n: {y: i, z: i}}, 'b' FROM range(6) r(i);"
        "INSERT INTO t VALUES (6, NULL, NULL), (7, {x: NULL, n: NULL}, NULL);",
    )
    for field in ("st.x", "st.n.y", "b"):
        lake.sql(f"ALTER TABLE t DROP COLUMN {field}")
    lake.sql("UPDATE t SET st = NULL WHERE id = 5")
    lake.sql("UPDATE t SET st = {n: NULL} WHERE id = 4")
    lake.sql("INSERT INTO t VALUES (8, NULL)")
    ran = lake.main("revert", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert lake.sql("SELECT count(st.x), count(st.n.y), count(b) FROM t") == [(5, 4, 6)]
    assert [line.partition(";")[0] for line in ran.out.splitlines() if "back;" in line] == [
        "main.t.st.x: 5 values come back",
        "main.t.st.n.y: 4 values come back",
        "main.t.b: 6 values come back",
    ]
