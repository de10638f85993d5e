"""Empty tables that two sessions make, each half of them."""

import duckdb
import pytest

import dt_branch.create_tables
from dt_branch.create_tables import create_tables

MADE = [f"CREATE TABLE t{number} (i INTEGER)" for number in range(5)]


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dt_branch.create_tables, "MANY", 4)


def test_the_first_are_of_the_transaction() -> None:
    with duckdb.connect() as connection:
        connection.execute("BEGIN")
        create_tables(connection, ["CREATE TABLE first (i INTEGER)"], MADE)
        connection.execute("INSERT INTO first VALUES (1)")
        connection.execute("COMMIT")
        assert len(connection.execute("SHOW TABLES").fetchall()) == 6


@pytest.mark.parametrize("number", [pytest.param(0, id="in the other session"), pytest.param(1, id="in the first one")])
def test_an_error_is_raised(number: int) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE there (i INTEGER)")
        statements = [*MADE]
        statements[number] = "CREATE TABLE there (i INTEGER)"
        with pytest.raises(duckdb.CatalogException, match="there"):
            create_tables(connection, [], statements)
