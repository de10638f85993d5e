"""The databases that a lake's catalog can be in: the one list of them for all tests."""

from typing import Literal

import pytest

from support.postgres import Postgres

BACKENDS = ("duckdb", "postgres", "sqlite")
Catalogs = Postgres | Literal["sqlite"] | None
"""A server that has the catalogs; or they are in files, of SQLite or DuckDB."""
_SQLITE_IN_EVERY_RUN = (
    *("drift/test_matrix.py", "crash/test_failure_matrix.py", "crash/test_kill.py", "crash/test_race.py"),
    *("plan/test_same_as_migrate.py", "change/test_generated_sql.py", "pipes/test_pipes.py", "umbrella/test_flow.py"),
    *("dt-branch/tests/test_equal.py", "dt-branch/tests/test_harm.py", "dt-lake/tests/test_lake.py"),
    *(
        "dt-snapshot/tests/test_random_ddl.py",
        "lake/test_branch.py",
        "lake/test_sqlite.py",
        "branch/test_in_sqlite.py",
        "readme/test_readmes.py",
    ),
)
"""The files whose tests run with SQLite each time; all others only with `-m slow`, where few can differ."""


def catalogs(request: pytest.FixtureRequest, backend: str) -> Catalogs:
    """Return where new catalogs of a backend are made."""
    match backend:
        case "duckdb":
            return None
        case "postgres":
            server: Postgres = request.getfixturevalue("postgres")
            return server
        case "sqlite":
            return "sqlite"
        case _:
            raise ValueError(backend)


def is_slow(item: pytest.Function) -> bool:
    """Whether a test is left to `-m slow` as it is one of a file that runs with SQLite only there."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return "sqlite" in parameters and not item.path.as_posix().endswith(_SQLITE_IN_EVERY_RUN)
