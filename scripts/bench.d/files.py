"""Migrations folders and schema documents, written once for each size."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TYPES = ("BIGINT", "VARCHAR", "TIMESTAMP", "DECIMAL(18,2)", "BOOLEAN", "DOUBLE", "DATE", "INTEGER", "UUID", "BLOB")
_ID = "00000000-0000-0000-0000-{:012d}"


@dataclass(frozen=True)
class Files:
    """Files in a folder."""

    folder: Path

    def migrations(self, count: int) -> Path:
        """Return a folder of migrations that make a table each."""
        folder = self.folder / f"migrations-{count}"
        if not folder.exists():
            folder.mkdir()
            for i in range(1, count + 1):
                sql = f"CREATE TABLE t{i} (id BIGINT NOT NULL, name VARCHAR, ts TIMESTAMP, amount DECIMAL(18, 2));\n"
                (folder / f"V{i}__table_{i}.sql").write_text(sql)
        return folder

    def one_more(self) -> Path:
        """Return a folder with V1, which a baseline covers, and V2, which makes a table."""
        folder = self.folder / "one-more"
        folder.mkdir(exist_ok=True)
        (folder / "V1__tables.sql").write_text("SELECT 1;\n")
        (folder / "V2__one_more.sql").write_text("CREATE TABLE one_more (id BIGINT NOT NULL, name VARCHAR);\n")
        return folder

    def more(self, count: int) -> Path:
        """Return a folder of migrations that make a table each, into a lake that has tables."""
        folder = self.folder / f"more-{count}"
        folder.mkdir(exist_ok=True)
        for i in range(1, count + 1):
            (folder / f"V{i}__more_{i}.sql").write_text(f"CREATE TABLE more_{i} (id BIGINT NOT NULL, name VARCHAR);\n")
        return folder

    def add_column(self) -> Path:
        """Return a folder with a migration that adds a column."""
        folder = self.folder / "add-column"
        folder.mkdir(exist_ok=True)
        (folder / "V1__seen.sql").write_text("ALTER TABLE birds ADD COLUMN seen DATE;\n")
        return folder

    def document(self, count: int, *, drifted: bool = False) -> str:
        """Return the path of a schema document of tables with 10 columns; a drifted one has three changes."""
        path = self.folder / f"schema-{count}{'-drifted' if drifted else ''}.json"
        if not path.exists():
            tables = [_table(i, retyped=drifted and i < 2) for i in range(count)]
            document = {"kind": "schema", "version": 1, "lake": {"id": _ID.format(0)}}
            path.write_text(json.dumps(document | {"tables": tables[:-1] if drifted else tables}, indent=2))
        return str(path)


def _table(number: int, *, retyped: bool) -> dict[str, Any]:
    columns: list[dict[str, Any]] = [
        {"id": i, "name": f"c{i}", "type": "VARCHAR" if retyped and not i else type_} for i, type_ in enumerate(_TYPES)
    ]
    named = {"id": number + 1, "uuid": _ID.format(number + 1), "schema": "main", "name": f"t{number:05}"}
    return {**named, "columns": columns}
