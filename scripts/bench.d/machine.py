"""The environments that the commands run in, and the folder of this run of the bench."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from process import Ended, run

Who: TypeAlias = Literal["ours", "limit", "old"]
"""Who runs: ducktracker from this checkout, the bare script, or ducktracker 0.1.0."""
_UNWANTED = ("DUCKTRACKER_", "PG", "AWS_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "XDG_", "PYTHON")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Machine:
    """`folder` is temporary; `env` holds our commands, and `old_env` those of 0.1.0, or is null where it can't run."""

    folder: Path
    env: Path
    old_env: Path | None

    @property
    def python(self) -> str:
        """Our Python, which the limits run in too."""
        return str(self.env / "bin/python")

    def command(self, name: str, who: Who = "ours") -> str:
        """Return the path of an installed command."""
        env = self.old_env if who == "old" else self.env
        assert env is not None
        return str(env / "bin" / name)

    def environment(self, who: Who) -> dict[str, str]:
        """Return the variables of a user who set nothing, with a home of its own: 0.1.0 installs extensions there."""
        home = self.folder / "home" / who
        home.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}
        path = f"{self.old_env if who == 'old' else self.env}/bin{os.pathsep}{os.environ['PATH']}"
        return kept | {"HOME": str(home), "PATH": path}

    @cached_property
    def extensions(self) -> Path:
        """The folder with the extension files that our wheels ship, also under the name that 0.1.0 asks for."""
        folder = self.folder / "extensions"
        folder.mkdir(exist_ok=True)
        for wheel, name in (
            *((wheel, wheel) for wheel in ("ducklake", "postgres_scanner", "sqlite_scanner")),
            ("postgres_scanner", "postgres"),
        ):
            (folder / f"{name}.duckdb_extension").symlink_to(self._shipped(wheel))
        return folder

    def _shipped(self, extension: str) -> str:
        script = (
            f"import duckdb, duckdb_extension_{extension} as wheel; "
            f"print(f'{{wheel.__path__[0]}}/extensions/v{{duckdb.__version__}}/{extension}.duckdb_extension', end='')"
        )
        return self.must("limit", self.python, "-c", script).out

    def limit(self, script: str, *argv: str) -> tuple[str, ...]:
        """Return the command line of a limit."""
        return (self.python, str(_HERE / "limits" / f"{script}.py"), *argv)

    def tool(self, script: str) -> Path:
        """Return the path of a script that prepares or checks something."""
        return _HERE / f"{script}.py"

    def must(self, who: Who, *argv: str, folder: Path | None = None) -> Ended:
        """Run a command that prepares or checks something, and must succeed."""
        ended = run(argv, folder or self.folder, self.environment(who))
        if ended.code:
            raise SystemExit(f"bench: {' '.join(argv)} ended with {ended.code}\n{ended.out}{ended.err}")
        return ended
