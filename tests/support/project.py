"""A user's project: a folder with ducktracker.toml and migrations/, on a lake of either backend."""

import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support import commands
from support.backends import BACKENDS, Catalogs
from support.commands import Ran, clean_environment
from support.lakes import attached, literal, load
from support.postgres import Postgres


@dataclass(frozen=True)
class Project:
    """A project in `folder`. `source` is what follows `ducklake:` when DuckDB attaches its lake."""

    folder: Path
    environment: Mapping[str, str]
    backend: str
    source: str
    data_path: str

    def migration(self, name: str, sql: str) -> Path:
        """Write a file in migrations/, with line ends as they are given."""
        path = self.folder / "migrations" / name
        path.write_text(sql, encoding="utf-8", newline="")
        return path

    def migrations(self, folder: Path) -> None:
        """Copy the migrations of another folder."""
        for file in sorted(folder.glob("*.sql")):
            self.migration(file.name, file.read_text(encoding="utf-8"))

    def sql(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL in the lake by plain DuckDB: out of band, and on an empty folder it makes the lake."""
        with attached(self.source, self.data_path) as lake:
            return lake.execute(sql).fetchall()

    def in_catalog(self, sql: str) -> None:
        """Run SQL by the database that the lake's catalog is in, as somebody does who writes to it by hand."""
        place = self.source.removeprefix(f"{self.backend}:")
        if self.backend == "sqlite":
            with closing(sqlite3.connect(place)) as file, file:
                file.executescript(sql)
            return
        with duckdb.connect() as connection:
            if self.backend == "postgres":
                load(connection, "postgres_scanner")
                connection.execute(f"ATTACH {literal(place)} AS catalog (TYPE postgres)")
                sql = f"CALL postgres_execute('catalog', {literal(sql)})"
            else:
                connection.execute(f"ATTACH {literal(place)} AS catalog; USE catalog")
            connection.execute(sql)

    def expire(self) -> None:
        """Have the lake forget all its snapshots but the newest."""
        self.sql("SELECT count(*) FROM ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY)")

    def main(self, *argv: str, stdin: str = "") -> Ran:
        """Run ducktracker in this process, in the project's folder."""
        return self.call("ducktracker", *argv, stdin=stdin)

    def call(self, command: str, *argv: str, stdin: str = "") -> Ran:
        """Run any of the commands in this process, in the project's folder."""
        return commands.call(command, *argv, folder=self.folder, environment=self.environment, stdin=stdin)

    def run(self, *argv: str, command: str = "ducktracker", stdin: str = "") -> Ran:
        """Run ducktracker, or another command, as a process."""
        return commands.run(command, *argv, folder=self.folder, environment=self.environment, stdin=stdin)

    def pipe(self, line: str, *, stdin: str = "", pipefail: bool = True) -> Ran:
        """Run a line of bash, such as `dt-scan | dt-history status`."""
        return commands.shell(line, folder=self.folder, environment=self.environment, stdin=stdin, pipefail=pipefail)

    def with_environment(self, **variables: str) -> "Project":
        """Return the same project for a user who set these variables."""
        return replace(self, environment={**self.environment, **variables})


def new_project(folder: Path, backend: str, source: str, connection: Mapping[str, str]) -> Project:
    """Make the folder, an empty migrations/ and a ducktracker.toml with this `[connection]`."""
    (folder / "migrations").mkdir(parents=True)
    settings = {"catalog_name": "lake", "catalog_backend": backend, "data_path": "data", **connection}
    # A JSON string is a TOML string too.
    lines = ["[connection]", *(f"{key} = {json.dumps(value)}" for key, value in settings.items())]
    lines += ["", "[migrations]", 'directory = "migrations"', ""]
    (folder / "ducktracker.toml").write_text("\n".join(lines), encoding="utf-8")
    return Project(folder, clean_environment(folder.parent / "home"), backend, source, str(folder / "data"))


def project_at(folder: Path, where: Catalogs = None) -> Project:
    """Make a project with its lake's catalog in a DuckDB or SQLite file, or in an empty database of the server."""
    if where is None:
        return new_project(folder, "duckdb", str(folder / "lake.db"), {"duckdb_metadata_path": "lake.db"})
    if where == "sqlite":
        return new_project(folder, "sqlite", f"sqlite:{folder / 'lake.sqlite'}", {"sqlite_path": "lake.sqlite"})
    keywords = where.new_database().keywords()
    return new_project(folder, "postgres", f"postgres:{keywords}", {"postgres_connection": keywords})


def copy_of(template: Project, folder: Path, where: Catalogs = None) -> Project:
    """Return a project like another one, whose lake has no data files yet; to make its lake again takes a second."""
    shutil.copytree(template.folder, folder)
    moved = f"UPDATE ducklake_metadata SET value = {literal(f'{folder}/data/')} WHERE key = 'data_path'"
    if where is None:
        with duckdb.connect(str(folder / "lake.db")) as catalog:
            catalog.execute(moved)
        source = str(folder / "lake.db")
    elif where == "sqlite":
        with closing(sqlite3.connect(folder / "lake.sqlite")) as file, file:
            file.execute(moved)
        source = f"sqlite:{folder / 'lake.sqlite'}"
    else:
        old = template.source.partition("dbname=")[2].split()[0]
        database = where.new_database(template=old)
        where.execute(moved, database.name)
        config = folder / "ducktracker.toml"
        config.write_text(config.read_text().replace(old, database.name))
        source = f"postgres:{database.keywords()}"
    return replace(template, folder=folder, source=source, data_path=str(folder / "data"))


@pytest.fixture
def duckdb_project(tmp_path: Path) -> Project:
    """A project whose lake has its catalog in a DuckDB file; the lake doesn't exist yet."""
    return project_at(tmp_path / "project")


@pytest.fixture
def postgres_project(tmp_path: Path, postgres: Postgres) -> Project:
    """A project whose lake has its catalog in an empty PostgreSQL database; the lake doesn't exist yet."""
    return project_at(tmp_path / "project", postgres)


@pytest.fixture
def sqlite_project(tmp_path: Path) -> Project:
    """A project whose lake has its catalog in a SQLite file; the lake doesn't exist yet."""
    return project_at(tmp_path / "project", "sqlite")


@pytest.fixture(params=BACKENDS)
def project(request: pytest.FixtureRequest) -> Project:
    """A project on each backend."""
    made: Project = request.getfixturevalue(f"{request.param}_project")
    return made
