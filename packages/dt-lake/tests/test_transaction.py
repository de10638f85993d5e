from collections.abc import Callable, Iterator

import duckdb
import pytest

from dt_lake.transaction import transaction


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (i INTEGER)")
        yield connection


def rows(connection: duckdb.DuckDBPyConnection) -> list[tuple[int]]:
    return connection.execute("FROM t").fetchall()


def insert_and(then: Callable[[], object], connection: duckdb.DuckDBPyConnection) -> None:
    with transaction(connection):
        connection.execute("INSERT INTO t VALUES (1)")
        then()


def throw(error: BaseException) -> None:
    raise error


def test_commits(connection: duckdb.DuckDBPyConnection) -> None:
    with transaction(connection):
        connection.execute("INSERT INTO t VALUES (1)")
    assert rows(connection.cursor()) == [(1,)]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ValueError(), id="error"),
        pytest.param(KeyboardInterrupt(), id="Ctrl-C"),
        pytest.param(SystemExit(1), id="exit"),
    ],
)
def test_rolls_back(error: BaseException, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(type(error)):
        insert_and(lambda: throw(error), connection)
    assert rows(connection) == []


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT * FROM missing", id="error that does not abort"),
        pytest.param("SELECT 'x'::INTEGER", id="error that aborts"),
        pytest.param("ROLLBACK; SELECT * FROM missing", id="transaction that is over already"),
    ],
)
def test_rolls_back_after_an_error_of_duckdb(sql: str, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error):
        insert_and(lambda: connection.execute(sql), connection)
    with transaction(connection):
        connection.execute("INSERT INTO t VALUES (2)")
    assert rows(connection) == [(2,)]


def test_a_failed_commit_leaves_no_transaction(connection: duckdb.DuckDBPyConnection) -> None:
    other = connection.cursor()
    connection.execute("ALTER TABLE t ADD PRIMARY KEY (i)")
    with pytest.raises(duckdb.Error):
        insert_and(lambda: other.execute("INSERT INTO t VALUES (1)"), connection)
    with transaction(connection):
        assert rows(connection) == [(1,)]
