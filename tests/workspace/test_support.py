"""The fixtures themselves: that they reach what they say, and that a stranger and a wrong password don't."""

import duckdb
import pytest

from support.lakes import attached, load
from support.postgres import PASSWORD, Postgres
from support.project import Project


def test_plain_sql_makes_and_reaches_the_lake(project: Project) -> None:
    project.sql("CREATE TABLE t AS SELECT range AS i FROM range(100)")
    assert project.sql("SELECT sum(i) FROM t") == [(4950,)]
    assert list((project.folder / "data").glob("main/t/*.parquet"))


@pytest.mark.parametrize(
    ("user", "password"),
    [
        pytest.param("postgres", None, id="owner"),
        pytest.param("guarded", PASSWORD, id="role with a password"),
        pytest.param("stranger", None, id="role without rights"),
    ],
)
def test_roles_that_may_connect(postgres: Postgres, user: str, password: str | None) -> None:
    database = postgres.new_database()
    for dsn in (database.keywords(user, password), database.uri(user, password)):
        with duckdb.connect() as connection:
            load(connection, "postgres_scanner")
            connection.execute(f"ATTACH '{dsn}' AS pg (TYPE postgres)")
            who = connection.execute("SELECT * FROM postgres_query('pg', 'SELECT current_user')").fetchall()
            assert who == [(user,)]


def test_a_wrong_password_is_refused(postgres: Postgres) -> None:
    dsn = postgres.new_database().keywords("guarded", "not-the-password")
    with pytest.raises(duckdb.Error, match="password authentication failed"), attached(f"postgres:{dsn}"):
        pass


def test_a_stranger_can_make_no_lake(postgres: Postgres) -> None:
    dsn = postgres.new_database().keywords("stranger")
    with pytest.raises(duckdb.Error, match="permission denied"), attached(f"postgres:{dsn}", "data"):
        pass
