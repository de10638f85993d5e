"""The places of a lake's catalog: each contender has a lake of its own, kept and brought back as templates."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from machine import Machine, Who
from server import Server


class Backend(Protocol):
    """Where catalogs are."""

    @property
    def name(self) -> str:
        """Return what --backend calls it."""

    def source(self, who: Who) -> str:
        """Return what follows `ducklake:` in an ATTACH."""

    def connection(self, who: Who) -> dict[str, str]:
        """Return the keys of `[connection]` in ducktracker.toml."""

    def save(self, who: Who, template: str) -> None:
        """Keep the contender's lake as a template."""

    def restore(self, who: Who, template: str | None) -> None:
        """Make the contender's lake a copy of a template, or none."""


@dataclass(frozen=True)
class CatalogFiles:
    """Catalogs in files of DuckDB, or of SQLite; `key` is the setting of their path."""

    machine: Machine
    name: str = "duckdb"
    key: str = "duckdb_metadata_path"

    def source(self, who: Who) -> str:
        return f"{self.name}:{self._file(who)}"

    def connection(self, who: Who) -> dict[str, str]:
        return {"catalog_backend": self.name, self.key: str(self._file(who))}

    def save(self, who: Who, template: str) -> None:
        shutil.copy(self._file(who), self._file(template))

    def restore(self, who: Who, template: str | None) -> None:
        for left in (self._file(who), self._file(who).with_suffix(f".{self.name}.wal")):
            left.unlink(missing_ok=True)
        if template:
            shutil.copy(self._file(template), self._file(who))

    def _file(self, name: str) -> Path:
        return self.machine.folder / f"{name}.{self.name}"


@dataclass(frozen=True)
class PostgreSQL:
    """Catalogs in databases of one server."""

    server: Server
    name: str = "postgres"

    def source(self, who: Who) -> str:
        return f"postgres:{self._keywords(who)}"

    def connection(self, who: Who) -> dict[str, str]:
        return {"catalog_backend": "postgres", "postgres_connection": self._keywords(who)}

    def save(self, who: Who, template: str) -> None:
        self._copy(who, template)

    def restore(self, who: Who, template: str | None) -> None:
        self._copy(template or "template0", who)

    def _copy(self, source: str, target: str) -> None:
        self.server.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        self.server.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _keywords(self, who: Who) -> str:
        return f"host={self.server.host} dbname={who} user=postgres"
