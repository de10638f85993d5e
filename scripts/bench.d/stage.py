"""A contender's project: a folder with ducktracker.toml, and its lake, as a case wants them."""

import json
from dataclasses import dataclass
from pathlib import Path

from backends import Backend
from machine import Machine, Who


@dataclass(frozen=True)
class Stage:
    """Where one contender runs."""

    machine: Machine
    backend: Backend
    who: Who

    @property
    def folder(self) -> Path:
        """The current directory of the run."""
        return self.machine.folder / self.backend.name / self.who

    @property
    def source(self) -> str:
        """What follows `ducklake:` in an ATTACH."""
        return self.backend.source(self.who)

    @property
    def data(self) -> str:
        """The folder of the data files, one for all lakes: their names are uuids."""
        return str(self.machine.folder / self.backend.name / "data") + "/"

    @property
    def place(self) -> tuple[str, str, str]:
        """What a script needs for an ATTACH."""
        return self.source, str(self.machine.extensions), self.data

    def set(self, template: str | None, migrations: Path | None) -> None:
        """Bring the lake, and name the migrations folder in ducktracker.toml."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.backend.restore(self.who, template)
        settings = {"catalog_name": "lake", **self.backend.connection(self.who), "data_path": self.data}
        if self.who == "old":
            settings["extensions_path"] = str(self.machine.extensions)
        # A JSON string is a TOML string too.
        lines = ["[connection]", *(f"{key} = {json.dumps(value)}" for key, value in settings.items())]
        lines += ["[migrations]", f"directory = {json.dumps(str(migrations or self.folder))}", ""]
        (self.folder / "ducktracker.toml").write_text("\n".join(lines))

    def limit(self, script: str, *argv: str) -> tuple[str, ...]:
        """Return the command line of a limit that reaches the lake."""
        return self.machine.limit(script, *self.place, *argv)

    def counts(self) -> tuple[int, int]:
        """Return the number of tables, and of the history's successful versioned rows, by plain DuckDB."""
        argv = (self.machine.python, str(self.machine.tool("count")), *self.place)
        tables, rows = self.machine.must("limit", *argv).out.split()
        return int(tables), int(rows)
