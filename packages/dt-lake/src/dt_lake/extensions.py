"""Finds and loads DuckDB's extensions, without ever allowing an unsigned one."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import duckdb

from dt_contract.errors import LakeError
from dt_lake.sql import literal

_WHEEL = {"postgres": "postgres_scanner"}
"""The extensions whose file and wheel have another name."""


def load_extension(connection: duckdb.DuckDBPyConnection, extension: str, extensions_path: str = "") -> None:
    """Loads the first that works: from `extensions_path`, installed for this DuckDB, the wheel's file, the network.

    Raises LakeError that names each way that was tried.
    """
    ways: list[tuple[str, Callable[[], object]]] = []
    if extensions_path:
        ways = [
            (f"extensions_path {file}", lambda file=file: _load(connection, str(file)))  # type: ignore[misc]
            for file in _candidates(Path(extensions_path), extension)
        ]
    ways.append(("installed for this DuckDB", lambda: connection.execute(f"LOAD {extension}")))
    bundled = _bundled(extension)
    if bundled:
        ways.append((f"wheel {_wheel(extension)}", lambda: _load(connection, str(bundled))))
    ways.append(("the network", lambda: connection.execute(f"INSTALL {extension}; LOAD {extension}")))
    failures = []
    for way, load in ways:
        try:
            load()
            return
        except duckdb.Error as error:
            failures.append(f"{way}: {str(error).strip().splitlines()[0]}")
    raise LakeError(
        f"DuckDB {duckdb.__version__} can't load its extension {extension}; tried " + "; ".join(failures),
        hint=f"pip install {_wheel(extension)}=={duckdb.__version__}, or set connection.extensions_path",
    )


def _load(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    connection.execute(f"LOAD {literal(file)}")


def _file(extension: str) -> str:
    return f"{_WHEEL.get(extension, extension)}.duckdb_extension"


def _wheel(extension: str) -> str:
    return "duckdb-extension-" + _WHEEL.get(extension, extension).replace("_", "-")


def _candidates(folder: Path, extension: str) -> list[Path]:
    names = dict.fromkeys((f"{extension}.duckdb_extension", _file(extension)))
    return [folder / name for name in names if (folder / name).exists()] or [folder / f"{extension}.duckdb_extension"]


def _bundled(extension: str) -> Path | None:
    """The wheel of an extension holds `extensions/v<DuckDB>/<name>.duckdb_extension`."""
    spec = find_spec(_wheel(extension).replace("-", "_"))
    for folder in (spec and spec.submodule_search_locations) or ():
        file = Path(folder, "extensions", f"v{duckdb.__version__}", _file(extension))
        if file.exists():
            return file
    return None
