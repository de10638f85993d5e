"""What a command must say of a fault of its environment, and what must be left in the lake."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from support.commands import Ran
from support.postgres import Database, Postgres
from support.project import Project


def told(ran: Ran, code: int = 3) -> str:
    """Check that a command ended with this code, one line of at most 500 bytes and a hint; return the line."""
    assert ran.code == code, ran
    lines = [line for line in ran.err.splitlines() if not line.startswith(("hint: ", "    "))]
    assert len(lines) == 1, ran.err
    assert lines[0].startswith("ducktracker: "), ran.err
    assert len(lines[0].encode()) <= 500, ran.err
    assert "ducklake_snapshot VALUES" not in ran.err + ran.out
    return lines[0]


def states(project: Project) -> dict[str, int]:
    """Return how many migrations are in each state; none may be failed."""
    counts: dict[str, int] = project.main("info", "--json").json["counts"]
    assert set(counts) <= {"applied", "pending"}, counts
    return counts


def finishes(project: Project, rows: int) -> None:
    """Check that the next run applies what is left: each migration once, each with its rows."""
    states(project)
    ran = project.main("migrate")
    assert ran.code == 0, ran
    history = project.call("dt-history").json["rows"]
    applied = [row["script"] for row in history if row["type"] == "versioned"]
    assert len(applied) == len(set(applied)) == len(list((project.folder / "migrations").glob("V*.sql")))
    assert all(row["success"] for row in history)
    for script in applied:
        table = re.sub(r".*__(\w+)\.sql", r"\1", script)
        assert project.sql(f"SELECT count(*), count(DISTINCT i), sum(i) FROM {table}") == [
            (rows, rows, rows * (rows - 1) // 2)
        ]


def database_of(project: Project) -> str:
    """Return the name of the project's database."""
    return project.source.partition("dbname=")[2].split()[0]


def reached_by(project: Project, postgres: Postgres, user: str = "postgres", more: str = "") -> None:
    """Have the project reach its lake as a role, with more in its connection string."""
    file = project.folder / "ducktracker.toml"
    dsn = f"{Database(postgres.host, database_of(project)).keywords(user)} {more}".strip()
    file.write_text(
        re.sub("postgres_connection = .*", lambda _: f"postgres_connection = {json.dumps(dsn)}", file.read_text())
    )


@contextmanager
def session(postgres: Postgres, database: str, *statements: str, name: str = "nightly_report") -> Iterator[None]:
    """Run statements in a session of psql's that stays open."""
    dsn = f"{Database(postgres.host, database).keywords()} application_name={name}"
    pipe = subprocess.PIPE
    with subprocess.Popen([postgres.psql, "-XqAt", "-d", dsn], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("".join(f"{statement};\n" for statement in [*statements, "SELECT 'done'"]))
        process.stdin.flush()
        while process.stdout.readline() != "done\n":
            assert process.poll() is None
        yield
        process.stdin.close()
        process.wait()
