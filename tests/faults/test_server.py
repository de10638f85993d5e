"""PostgreSQL that refuses: what each command says, and that nothing is recorded of a migration whose file is right."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.faults import database_of, finishes, reached_by, session, states, told
from support.postgres import Postgres
from support.project import Project
from support.running import ended, read_by, started

ROWS = 500
TABLE = "CREATE TABLE {} AS SELECT range::INTEGER AS i FROM range(500);"


@pytest.fixture
def project(postgres_project: Project) -> Project:
    """A lake with one migration applied, and one that waits."""
    postgres_project.migration("V1__ducks.sql", TABLE.format("ducks"))
    assert postgres_project.main("migrate").code == 0
    postgres_project.migration("V2__geese.sql", TABLE.format("geese"))
    return postgres_project


@pytest.fixture
def role(postgres: Postgres, project: Project) -> Iterator[str]:
    """A role that may do all that a lake's writer does."""
    name = f"writer_of_{database_of(project)}"
    postgres.execute(f"CREATE ROLE {name} LOGIN")
    grant(postgres, project, f"ALL ON ALL TABLES IN SCHEMA public TO {name}")
    grant(postgres, project, f"CREATE, USAGE ON SCHEMA public TO {name}")
    yield name
    postgres.execute(f"DROP OWNED BY {name}", database_of(project))
    postgres.execute(f"DROP ROLE {name}")


def grant(postgres: Postgres, project: Project, what: str) -> None:
    postgres.execute(f"GRANT {what}", database_of(project))


def revoke(postgres: Postgres, project: Project, what: str) -> None:
    postgres.execute(f"REVOKE {what}", database_of(project))


def test_a_role_that_may_only_read(project: Project, postgres: Postgres, role: str) -> None:
    revoke(postgres, project, f"INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM {role}")
    reached_by(project, postgres, role)
    for command in (["info"], ["validate"], ["drift"], ["log"], ["plan"], ["diff", "1", "live"]):
        assert project.main(*command).code == 0, command
    assert "permission denied" in told(project.main("migrate"))
    reached_by(project, postgres)
    finishes(project, ROWS)


@pytest.mark.parametrize(
    "table", ["ducklake_snapshot", "ducklake_snapshot_changes", "ducklake_column", "ducklake_metadata"]
)
def test_no_rights_on_one_metadata_table(project: Project, postgres: Postgres, role: str, table: str) -> None:
    revoke(postgres, project, f"ALL ON {table} FROM {role}")
    reached_by(project, postgres, role)
    assert table in told(project.main("migrate"))
    for command in ("info", "validate", "drift", "plan"):
        ran = project.main(command)
        assert ran.code == 0 or table in told(ran)
    reached_by(project, postgres)
    finishes(project, ROWS)


@pytest.mark.parametrize("limit", [0, 1])
def test_too_many_connections(project: Project, postgres: Postgres, role: str, limit: int) -> None:
    postgres.execute(f"ALTER ROLE {role} CONNECTION LIMIT {limit}")
    reached_by(project, postgres, role)
    ran = project.main("migrate")
    assert "too many connections" in told(ran) if ran.code or limit == 0 else ran.code == 0
    reached_by(project, postgres)
    finishes(project, ROWS)


def test_a_database_that_is_read_only(project: Project, postgres: Postgres) -> None:
    reached_by(project, postgres, more="options='-c default_transaction_read_only=on'")
    assert "read-only transaction" in told(project.main("migrate"))
    reached_by(project, postgres)
    finishes(project, ROWS)


@pytest.mark.parametrize("command", [["migrate", "--lock-timeout", "1"], ["info"], ["drift"]], ids=lambda argv: argv[0])
def test_a_locked_metadata_table(project: Project, postgres: Postgres, command: list[str]) -> None:
    if command[0] != "migrate":
        reached_by(project, postgres, more="options='-c lock_timeout=300ms'")
    lock = ("BEGIN", "LOCK TABLE ducklake_snapshot, ducklake_schema IN ACCESS EXCLUSIVE MODE")
    with session(postgres, database_of(project), *lock):
        assert "nightly_report of the role postgres" in told(project.main(*command), 5)
    finishes(project, ROWS)


def test_a_row_that_another_session_has_locked(project: Project, postgres: Postgres) -> None:
    project.migration(
        "V2__geese.sql", TABLE.format("geese") + "INSERT INTO ducks SELECT 7 WHERE false; UPDATE ducks SET i = i;"
    )
    with session(postgres, database_of(project), "BEGIN", "SELECT FROM ducklake_table_stats FOR UPDATE"):
        assert "lock on the lake's metadata" in told(project.main("migrate", "--lock-timeout", "1"), 5)
    finishes(project, ROWS)


def test_a_statement_that_takes_too_long(project: Project, postgres: Postgres) -> None:
    reached_by(project, postgres, more="options='-c statement_timeout=300ms'")
    lock = ("BEGIN", "LOCK TABLE ducklake_snapshot, ducklake_schema IN ACCESS EXCLUSIVE MODE")
    with session(postgres, database_of(project), *lock):
        for command in ("migrate", "info"):
            assert "statement timeout" in told(project.main(command))
    reached_by(project, postgres)
    finishes(project, ROWS)


def silenced(postgres: Postgres, project: Project) -> None:
    """Wait until the server has ended all sessions of the database."""
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database_of(project)}' AND state LIKE 'idle in%'"
    while postgres.execute(query) != "0\n":
        pass


def terminated(postgres: Postgres, project: Project) -> None:
    query = f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{database_of(project)}'"
    postgres.execute(query)


@pytest.mark.parametrize("end", [silenced, terminated])
def test_a_session_that_is_ended_within_a_migration(
    project: Project, postgres: Postgres, tmp_path: Path, end: Callable[[Postgres, Project], None]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    pipe = f"read_csv('{tmp_path}/pipe', columns = {{'i': 'INT'}}, auto_detect = false)"
    project.migration("V2__geese.sql", f"{TABLE.format('geese')} CREATE TEMP TABLE waiting AS FROM {pipe}; FROM ducks;")
    if end is silenced:
        reached_by(project, postgres, more="options='-c idle_in_transaction_session_timeout=200ms'")
    with started(project, "migrate") as process:
        with read_by(process, tmp_path / "pipe") as writer:
            end(postgres, project)
            writer.write(b"7\n")
        told(ended(process))
    reached_by(project, postgres)
    assert states(project) == {"applied": 1, "pending": 1}
    project.migration("V2__geese.sql", TABLE.format("geese"))
    finishes(project, ROWS)
