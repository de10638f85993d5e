"""DL512: small rows with a STRUCT go into files where the catalog can't hold them, or are refused."""

import pytest

from support.backends import BACKENDS
from support.project import Project

UUID = "'00000000-0000-0000-0000-000000000001'::UUID"
RING = f"{{'day': DATE '2026-05-01', 'ring': {UUID}, 'said': 'o''\"x', 'raw': '\\x00a'::BLOB}}"
FIELDS = "STRUCT(day DATE, ring UUID, said VARCHAR, raw BLOB)"
WRITES = {
    "insert": f"CREATE TABLE t (i INTEGER, s {FIELDS}); INSERT INTO t VALUES (1, {RING});",
    "create as": f"CREATE TABLE t AS SELECT 1 AS i, {RING} AS s;",
    "update": f"CREATE TABLE t (i INTEGER, s {FIELDS}); INSERT INTO t VALUES (1, NULL);|UPDATE t SET s = {RING};",
    "merge": f"CREATE TABLE t (i INTEGER, s {FIELDS});|"
    f"MERGE INTO t USING (SELECT 1 AS i) x ON t.i = x.i WHEN NOT MATCHED THEN INSERT VALUES (1, {RING});",
    "an added column": "CREATE TABLE t (i INTEGER);|"
    f"ALTER TABLE t ADD COLUMN s {FIELDS}; INSERT INTO t VALUES (1, {RING});",
    "a field in a list": f"CREATE TABLE t (i INTEGER, l {FIELDS}[]); INSERT INTO t VALUES (1, [{RING}]);",
}


@pytest.fixture(params=BACKENDS)
def project(request: pytest.FixtureRequest) -> Project:
    """A project on each backend."""
    made: Project = request.getfixturevalue(f"{request.param}_project")
    return made


@pytest.mark.parametrize("writes", WRITES)
def test_the_rows_are_what_was_written(project: Project, writes: str) -> None:
    for version, sql in enumerate(WRITES[writes].split("|"), start=1):
        project.migration(f"V{version}__x.sql", sql)
    ran = project.main("migrate")
    assert (ran.code, ran.err) == (0, "")
    column = "l[1]" if "list" in writes else "s"
    assert project.sql(f"SELECT i, {column} = {RING} FROM t") == [(1, True)]


@pytest.mark.parametrize("command", ["migrate", "plan"])
def test_refused_where_an_option_keeps_them_in_the_catalog(sqlite_project: Project, command: str) -> None:
    project = sqlite_project
    project.sql(f"CALL lake.set_option('data_inlining_row_limit', 10); CREATE TABLE t (s {FIELDS})")
    project.migration("V1__x.sql", f"INSERT INTO t VALUES ({RING});")
    ran = project.main(command)
    assert ran.code == 4
    assert "(DL512)" in ran.out + ran.err
    assert project.sql("SELECT count(*) FROM t") == [(0,)]
    project.migration("V1__x.sql", "CALL lake.set_option('data_inlining_row_limit', 0);")
    project.migration("V2__x.sql", f"INSERT INTO t VALUES ({RING});")
    assert project.main("migrate").code == 0
    assert project.sql(f"SELECT s = {RING} FROM t") == [(True,)]
