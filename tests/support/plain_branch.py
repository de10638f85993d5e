"""A branch as plain DuckDB attaches it, and all of a lake that nobody may harm."""

import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import duckdb

from dt_branch.branch import create, create_beside
from dt_config.config import Config, FileBackend
from support.backends import Catalogs
from support.lakes import literal, load
from support.postgres import Postgres


class Branch(NamedTuple):
    """`source` is what follows `ducklake:` in an ATTACH, `schema` that of the metadata if it is not the usual one."""

    source: str
    data_path: str
    schema: str = ""


def branch_in_file(
    lake: Config, file: Path, *, data_path: str = "", at: int | None = None, backend: FileBackend = "duckdb"
) -> Branch:
    """Make a branch in a DuckDB or SQLite file."""
    made = create(lake, str(file), data_path=data_path, at=at, backend=backend)
    return Branch(f"{backend}:{made.catalog}", made.data_path)


def branch_of(lake: Config, server: Catalogs, folder: Path, data_path: str = "") -> Branch:
    """Make a branch in a catalog of the lake's own kind."""
    if isinstance(server, Postgres):
        return branch_in_catalog(lake, f"try_{folder.name}", data_path=data_path or str(folder / "new"))
    return branch_in_file(lake, folder / "try.db", data_path=data_path, backend=server or "duckdb")


def branch_in_catalog(lake: Config, schema: str, *, data_path: str = "") -> Branch:
    """Make a branch beside the metadata of a lake in PostgreSQL."""
    made = create_beside(lake, schema, data_path=data_path)
    return Branch(f"postgres:{lake.connection.postgres_connection}", made.data_path, schema)


@contextmanager
def attached(branch: Branch, *options: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach the branch as `lake`, in a DuckDB that goes on after an internal error."""
    if branch.schema:
        options = (*options, f"METADATA_SCHEMA {literal(branch.schema)}")
    listed = f" ({', '.join(options)})" if options else ""
    with duckdb.connect(config={"disable_database_invalidation": True, "threads": 1}) as connection:
        load(connection, "ducklake", "postgres_scanner", "sqlite_scanner")
        connection.execute(f"ATTACH {literal(f'ducklake:{branch.source}')} AS lake{listed}")
        connection.execute("USE lake")
        yield connection


def run(connection: duckdb.DuckDBPyConnection, *statements: str) -> list[str]:
    """Run what can be run, each for itself, and return what DuckDB says of the others."""
    said = []
    for statement in statements:
        try:
            connection.execute(statement).fetchall()
        except duckdb.Error as error:
            said.append(str(error))
            with suppress(duckdb.Error):
                connection.execute("ROLLBACK")
    return said


def state(lake: Config, server: Catalogs) -> dict[str, object]:
    """Return all of a lake: its catalog file, or each row of its metadata, and the hash of each of its data files."""
    settings = lake.connection
    files = _hashes(Path(settings.data_path))
    if not isinstance(server, Postgres):
        return files | {"catalog": _hash(Path(settings.file))}
    dump = [str(server.psql.with_name("pg_dump")), "--schema=public", "-d", settings.postgres_connection]
    lines = subprocess.run(dump, check=True, capture_output=True, text=True).stdout.splitlines()
    # The word of \restrict is another one each time.
    return files | {"catalog": [line for line in lines if "restrict " not in line]}


def _hashes(folder: Path) -> dict[str, object]:
    return {str(file): _hash(file) for file in sorted(folder.rglob("*")) if file.is_file()}


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
