"""A table whose columns went one by one comes back, though the lake has forgotten the values of some."""

from support.project import Project


def test_a_column_that_went_before_its_table(duckdb_project: Project) -> None:
    lake = duckdb_project
    lake.migration(
        "V1__t.sql",
        "CREATE TABLE t (id BIGINT, a VARCHAR, b INTEGER NOT NULL, s STRUCT(x INTEGER, y INTEGER), c INTEGER);"
        "INSERT INTO t VALUES (1, 'a', 2, {x: 3, y: 4}, 5);",
    )
    assert lake.main("migrate", "--quiet").code == 0
    for gone in ("a", "b", "s.x"):
        lake.sql(f"ALTER TABLE t DROP COLUMN {gone}")
    lake.sql("INSERT INTO t VALUES (2, {y: 8}, 9)")
    lake.expire()
    lake.sql("ALTER TABLE t DROP COLUMN c")
    lake.sql("DROP TABLE t")
    ran = lake.main("revert", "--yes")
    assert ran.code == 1
    lost = "comes back without values, as the lake has no record of them"
    assert ran.err.splitlines() == [
        f"ducktracker: main.t.a: {lost}",
        f"ducktracker: main.t.b: {lost}",
        "ducktracker: main.t.b: NOT NULL does not return, because rows would have no value",
        f"ducktracker: main.t.s.x: {lost}",
    ]
    assert "main.t: 2 rows come back" in ran.out.splitlines()
    assert lake.sql("SELECT id, a, b, s, c FROM t ORDER BY id") == [
        (1, None, None, {"x": None, "y": 4}, 5),
        (2, None, None, {"x": None, "y": 8}, 9),
    ]
    (change,) = lake.main("drift", "--json").json["changes"]
    assert change["name"] == "main.t.b"
