"""Whoever may only read a lake in PostgreSQL can branch it, and the server is asked for no write."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.commands import clean_environment, run
from support.postgres import Database, Postgres
from support.rich_lake import fill, new_lake
from support.server_log import log_of, statements_since


@pytest.fixture
def reader(postgres: Postgres, tmp_path: Path) -> Iterator[Database]:
    """A database with a lake that the role `stranger` may read."""
    config = new_lake(tmp_path, postgres)
    fill(config)
    database = Database(postgres.host, config.connection.postgres_connection.split("dbname=")[1].split()[0])
    postgres.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO stranger", database.name)
    postgres.execute(f"ALTER DATABASE {database.name} SET log_statement = 'all'")
    yield database
    postgres.execute(f"ALTER DATABASE {database.name} RESET log_statement")


@pytest.mark.parametrize("more", [[], ["--at", "30"]], ids=["now", "then"])
def test_a_reader_makes_a_branch(postgres: Postgres, reader: Database, tmp_path: Path, more: list[str]) -> None:
    begin = log_of(postgres).stat().st_size
    connection = ["--connection", reader.keywords("stranger"), "--catalog", "lake"]
    environment = clean_environment(tmp_path / "home")
    made = run("dt-branch", "try.db", *connection, *more, folder=tmp_path, environment=environment)
    assert (made.code, made.err) == (0, "")
    reads, others = statements_since(postgres, begin)
    assert [text for text in reads if "ducklake_data_file" in text]
    assert others == []
