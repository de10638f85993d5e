"""Finds and loads DuckDB's extensions, without ever allowing an unsigned one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import duckdb

from dt_contract.errors import LakeError
from dt_lake.sql import literal

_WHEEL = {"postgres": "postgres_scanner", "sqlite": "sqlite_scanner"}
"""The extensions whose file and wheel have another name."""

Way = tuple[str, Callable[[], object]]


def load_extension(connection: duckdb.DuckDBPyConnection, extension: str, extensions_path: str = "") -> bool:
    """Load the first that works: from `extensions_path`, installed for this DuckDB, the wheel's file, the network.

    Return whether it was the wheel's. Raises LakeError that names each way that was tried.
    """
    failures = []
    with no_autoinstall(connection):
        for way, load in _ways(connection, extension, extensions_path):
            try:
                load()
                return way == _wheel(extension)
            except duckdb.Error as error:
                failures.append(f"{way}: {_reason(error)}")
    from dt_lake.installed import bundled_command

    raise LakeError(
        f"DuckDB {duckdb.__version__} can't load its extension {extension}; tried " + "; ".join(failures),
        hint=f"run {bundled_command()}, or set connection.extensions_path",
    )


@contextmanager
def no_autoinstall(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Keep LOAD and ATTACH from downloading what isn't installed, which offline takes half a second to fail."""
    connection.execute("SET autoinstall_known_extensions = false")
    try:
        yield
    finally:
        connection.execute("RESET autoinstall_known_extensions")


def _ways(connection: duckdb.DuckDBPyConnection, extension: str, extensions_path: str) -> Iterator[Way]:
    if extensions_path:
        for file in _candidates(Path(extensions_path), extension):
            yield f"extensions_path ({file})", partial(_load, connection, file)
    yield "installed for this DuckDB", partial(connection.execute, f"LOAD {extension}")
    yield _wheel(extension), partial(_load, connection, _bundled(extension))
    yield "the network", partial(connection.execute, f"INSTALL {extension}; LOAD {extension}")


def _load(connection: duckdb.DuckDBPyConnection, file: Path | None) -> None:
    if file is None:
        raise duckdb.IOException("IO Error: this wheel is not installed")
    connection.execute(f"LOAD {literal(str(file))}")


def _reason(error: duckdb.Error) -> str:
    """DuckDB's text goes on with advice of several lines."""
    return str(error).strip().splitlines()[0].removeprefix("IO Error: ")


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
