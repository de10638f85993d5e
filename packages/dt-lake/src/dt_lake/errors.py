"""What an error of the engine says of the environment: the server, the store, the disk.

DuckDB's PostgreSQL extension hands on the server's text, in the server's language and without its SQLSTATE. So what
happened is told by DuckDB's own words around that text, names of constraints, paths and errno; never by the server's.
"""

import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

from dt_contract.errors import LakeBusy, LakeError, Stop
from dt_contract.redaction import redact
from dt_lake.engine_text import before_sql, first_line, is_collision, is_of_server, reason, shortened
from dt_lake.sqlite import fault_of, is_locked

_LONGEST = 300
"""Bytes of a server's own reason that are shown."""

_CONFLICT = re.compile(r"Transaction conflict|[Cc]onflict on|write-write conflict|Exceeded the maximum retry count")
_UNREADABLE = re.compile(
    r"Failed to load DuckLake - |No snapshot found in DuckLake|Corrupt DuckLake|Failed to parse DuckLake type"
    r"|Could not find matching table for (?:partition|sort) entry|Failed to get path for (?:schema|table) with id"
    r"|Failed to get (?:\w+ )+information from DuckLake|Unrecognized macro type|Column type  is not supported"
)
"""DuckLake's words for a catalog that contradicts itself."""
_NOT_OF_LOADING = (
    *(Stop, duckdb.CatalogException, duckdb.TransactionException, duckdb.IOException),
    *(duckdb.OutOfMemoryException, duckdb.InterruptException),
)
_OUTSIDE = re.compile(r'Cannot access (?:file|directory) "(.*?)" - file system operations are disabled')
_OWN_DATABASES = re.compile(r"(?i)postgres|sqlite|attach|secret")
_OURS = "__ducktracker_"
"""How the databases are called that ducktracker attaches itself: SQL that names one is no migration's."""
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE)
_HINT = "run the command again once that is fixed"
_INTERNAL = "this is a bug in DuckDB or DuckLake, or somebody has changed the lake's catalog by hand"


class LakeFault(LakeError, duckdb.Error):
    """The environment failed below an open lake; `text` is all that the engine said."""

    text: str = ""


class LakeLockTimeout(LakeBusy, duckdb.Error):
    """Another session holds a lock on the lake's metadata for longer than we wait."""

    text: str = ""


def original(error: BaseException) -> str:
    """Return what the engine said, secrets and SQL included: for a decision, never for a person."""
    return error.text if isinstance(error, LakeFault | LakeLockTimeout) else str(error)


def is_conflict(error: BaseException) -> bool:
    """Whether another transaction was quicker: with the same table, or with the next lake snapshot, all the time."""
    text = original(error)
    if is_collision(text):
        return True
    if not isinstance(error, duckdb.TransactionException):
        return False
    return is_locked(text) or bool(_CONFLICT.search(before_sql(text)))


def explained(
    error: duckdb.Error, where: str, sql: str = "", data_path: Callable[[], str] = str, database: str = "PostgreSQL"
) -> LakeFault | LakeLockTimeout | None:
    """Return the fault of the environment that an error of an open lake comes from, None for one that is its SQL's.

    `where` is the lake for a person; `data_path` is asked only where a file is in question. `database` is what the
    catalog is in.
    """
    if is_conflict(error):
        return None
    text = str(error)
    said = fault_of(text)
    if said or is_of_server(text):
        if _OWN_DATABASES.search(sql) and _OURS not in sql and "ducklake" not in before_sql(text).lower():
            return None
        if is_locked(text):
            return _file_is_locked(where, text)
        return fault(f"SQLite: {said}" if said else f"{database}: {reason(text)}", where, text)
    if _UNREADABLE.search(text):
        return _unreadable(where, text)
    if isinstance(error, duckdb.PermissionException) and (outside := _OUTSIDE.search(text)):
        return fault(
            f"the lake names {outside[1]}, outside of its data path, which is not opened to read it", where, text
        )
    if isinstance(error, duckdb.IOException) and (_is_disk(text) or _is_below(data_path(), text)):
        return fault(first_line(text), where, text)
    if isinstance(error, duckdb.TransactionException | duckdb.FatalException) and _is_disk(text):
        line = next(line for line in reversed(text.splitlines()) if _is_disk(line))
        return fault(line.removeprefix("Failed to commit: "), where, text)
    return None


def fault(message: str, where: str, text: str, hint: str = _HINT) -> LakeFault:
    """Return a fault of one line, without secrets."""
    made = LakeFault(shortened(redact(message), _LONGEST), place=shortened(where, 120), hint=hint)
    made.text = text
    return made


def _file_is_locked(where: str, text: str) -> LakeLockTimeout:
    made = LakeLockTimeout(
        "another process holds a lock on the lake's SQLite file, and the time to wait for it is over",
        place=shortened(where, 120),
        hint="nothing was lost; run again once that process has ended its transaction",
    )
    made.text = text
    return made


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn what the engine raises within the block for want of a file, a store or memory into a LakeFault.

    So it does what is DuckDB's own fault. For SQL that is ours. What a migration's SQL asks for in vain is the
    migration's fault.
    """
    try:
        yield
    except Stop:
        raise
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise
        raise fault(first_line(str(error)), where, str(error)) from None
    except (duckdb.InternalException, duckdb.FatalException) as error:
        said = f"an error within DuckDB itself: {first_line(str(error))}"
        raise fault(said, where, str(error), hint=_INTERNAL) from None


@contextmanager
def all_translated(where: str) -> Iterator[None]:
    """Turn whatever the engine raises within the block into a LakeFault: for a lake that is only read.

    All SQL is ours then, and what it fails at is what somebody put into the catalog.
    """
    try:
        with translated(where):
            yield
    except Stop:
        raise
    except duckdb.Error as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise
        raise _unreadable(where, str(error)) from None


@contextmanager
def loading(where: str) -> Iterator[None]:
    """Turn what the engine raises within the block, where DuckLake first reads the whole catalog, into a LakeFault.

    What others prevent, such as a conflict, and a table or schema that is not there are left as they are.
    """
    try:
        yield
    except _NOT_OF_LOADING:
        raise
    except duckdb.Error as error:
        raise _unreadable(where, str(error)) from None


def _unreadable(where: str, text: str) -> LakeFault:
    return fault(f"the lake's catalog can't be read: {first_line(text)}", where, text)


def _is_disk(text: str) -> bool:
    return any(os.strerror(number) in text for number in _DISK)


def _is_below(data_path: str, text: str) -> bool:
    """Whether a text names a place below the data path; a store's URL has bucket and folder of it in its own way."""
    if not data_path:
        return False
    scheme, separator, rest = data_path.partition("://")
    if not separator:
        return data_path.rstrip("/") in text
    return all(part in text for part in rest.rstrip("/").split("/", 1)) or f"{scheme}://{rest}" in text
