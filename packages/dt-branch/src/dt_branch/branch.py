"""A branch: a lake of its own that begins as a copy of another's metadata and shares its data files."""

import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

import duckdb
from msgspec.structs import asdict, replace

from dt_branch.apart import absolute, check_apart, check_empty
from dt_branch.copy import copied
from dt_branch.in_catalog import copied_beside, drop_schema, schemas
from dt_branch.into_sqlite import into_sqlite
from dt_branch.mark import write_mark
from dt_branch.metadata import Draft
from dt_branch.rewind import rewind
from dt_branch.separate import separate
from dt_config.branches import on_file
from dt_config.config import Config, Connection, FileBackend
from dt_contract.branch import BranchCounts, BranchDocument
from dt_contract.errors import InputError, LakeError, Stop
from dt_contract.redaction import redact
from dt_lake.attach import check_file, own_settings, place
from dt_lake.create import making
from dt_lake.data_path import data_path as source_data_path
from dt_lake.engine_text import reason, shortened
from dt_lake.errors import original, translated
from dt_lake.extensions import load_extension
from dt_lake.lake import connect
from dt_lake.mark import Mark
from dt_lake.stored import Stored
from dt_lake.temporary_folder import temporary_folder
from dt_lake.waiting import wait_for

PATIENCE = 5.0
"""Seconds to wait for a catalog file that a writer holds."""
_COUNTED = ("schema", "table", "view", "macro")
_LIVE = "(SELECT count(DISTINCT {thing}_id) FROM {table} WHERE end_snapshot IS NULL)"


def create(
    config: Config,
    target: str,
    *,
    at: int | None = None,
    data_path: str = "",
    lock_timeout: float = PATIENCE,
    files_of: Collection[str] | None = None,
    others: Collection[str] = (),
    backend: FileBackend = "duckdb",
    notify: Callable[[str], None] = lambda _: None,
) -> BranchDocument:
    """Make a branch of the configured lake in a new file, as that is now or was at the lake snapshot `at`.

    The file is one of `backend`.

    New files of the branch go to `data_path`, by default into a folder beside its file, and must be apart from the data
    paths of `others`. With `files_of`, only files of tables that have or had one of these names are known to it, if the
    lake has very many. `notify` tells of waiting. Raises InputError, LakeBusy after `lock_timeout` seconds for a
    catalog that another process holds, or another LakeError.
    """
    started = time.monotonic()
    if os.path.lexists(target):
        raise InputError("there is something of this name already", place=target)
    with ExitStack() as stack:
        connection, own = stack.enter_context(_reached(config))
        draft, catalog = stack.enter_context(making(target))
        where = absolute(data_path or f"{catalog}.files")
        first = draft if backend == "duckdb" else str(stack.enter_context(temporary_folder()) / "branch")
        made = wait_for(
            lambda: _made(copied(connection, own, first, files_of), own, where, at, others), lock_timeout, notify
        )
        if backend == "sqlite":
            load_extension(connection, "sqlite", own.extensions_path)
            into_sqlite(connection, first, draft, where)
        if not made.is_encrypted:
            os.chmod(draft, 0o666 & ~_umask())
    return made.document(catalog, started)


def create_beside(
    config: Config, schema: str, *, at: int | None = None, data_path: str = "", others: Collection[str] = ()
) -> BranchDocument:
    """Make a branch of a lake in PostgreSQL in a new schema of its database, for all who can reach that.

    New files of the branch go to `data_path`, by default beside the lake's own data where that is on this machine, and
    must be apart from the data paths of `others`. Raises InputError or LakeError.
    """
    started = time.monotonic()
    with _reached(config) as (connection, own):
        if own.catalog_backend != "postgres":
            raise InputError("only a PostgreSQL catalog holds branches beside the lake")
        where = absolute(data_path) if data_path else ""
        made = _made(copied_beside(connection, own, schema), own, where, at, others, suffix=schema)
    return made.document(f"{place(own)} {schema}", started)


def schemas_beside(config: Config, prefix: str) -> list[str]:
    """Return the schemas of a lake's PostgreSQL database whose names begin so. Raises LakeError."""
    with _reached(config) as (connection, own):
        return schemas(connection, own, prefix) if own.catalog_backend == "postgres" else []


def drop_beside(config: Config, schema: str) -> None:
    """Remove the schema of a branch with all that is in it. Raises LakeError."""
    with _reached(config) as (connection, own):
        drop_schema(connection, own, schema)


@contextmanager
def _reached(config: Config) -> Iterator[tuple[duckdb.DuckDBPyConnection, Connection]]:
    """The settings by which the catalog is reached without DuckLake, and a DuckDB to do so."""
    settings = config.connection
    if not settings.secret_name:
        check_file(settings)
    with translated(place(settings)), closing(connect(config)) as connection:
        own = own_settings(connection, settings)
        if own is None:
            raise LakeError("no branch can be made of a lake that only its secret can reach", place=place(settings))
        yield connection, own


class _Made(NamedTuple):
    mark: Mark
    counts: BranchCounts
    is_encrypted: bool
    is_whole: bool
    source_branch: str | None

    def document(self, catalog: str, started: float) -> BranchDocument:
        return BranchDocument(
            **asdict(self.mark),
            catalog=catalog,
            is_encrypted=self.is_encrypted,
            is_whole=self.is_whole,
            source_branch=self.source_branch,
            counts=self.counts,
            seconds=round(time.monotonic() - started, 3),
        )


def on_branch(config: Config, catalog: str) -> Config:
    """Return the configuration with the branch in a file in place of its lake."""
    return replace(config, connection=on_file(config.connection, catalog))


def _made(
    copy: AbstractContextManager[tuple[Draft, Stored]],
    settings: Connection,
    own: str,
    at: int | None,
    others: Collection[str],
    suffix: str = "",
) -> _Made:
    try:
        with copy as (draft, stored):
            source = f"{source_data_path(settings, stored, write=False).path.rstrip('/')}/"
            own = own or _beside(source, suffix)
            shared = (source, *(stored.branch.shared if stored.branch else ()))
            check_empty(own)
            check_apart(draft, own, shared, others)
            if at is not None:
                if stored.is_encrypted or "://" in source:
                    load_extension(draft.connection, "httpfs", settings.extensions_path)
                rewind(draft, at, source)
            separate(draft, source, own)
            lake, snapshot, counts = _counts(draft)
            mark = Mark(
                source=redact(place(settings)),
                lake=lake,
                snapshot=snapshot,
                data_path=own,
                source_data_path=source,
                made_on=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                shared=shared,
            )
            write_mark(draft, mark)
            source_branch = stored.branch.data_path if stored.branch else None
            return _Made(mark, counts, stored.is_encrypted, draft.has_all_files, source_branch)
    except Stop:
        raise
    except duckdb.Error as error:
        told = shortened(redact(reason(original(error))), 300)
        raise LakeError(f"no branch can be made of it: {told}", place=place(settings)) from None


def _beside(source: str, suffix: str) -> str:
    if "://" in source:
        raise InputError(
            f"the lake's data is in {source}; where are the new files of the branch to go?",
            hint="--data-path: another folder or URL that all can reach who use the branch",
        )
    return absolute(f"{os.path.realpath(source)}.{suffix}")


def _counts(draft: Draft) -> tuple[str, int, BranchCounts]:
    live = ", ".join(_LIVE.format(thing=thing, table=draft.table(thing)) for thing in _COUNTED)
    ((schemas, tables, views, macros, files, snapshots, snapshot, lake),) = draft.rows(
        f"SELECT {live}, (SELECT count(*) FROM {draft.table('data_file')}), count(*), max(snapshot_id), "
        f"(SELECT max(schema_uuid::VARCHAR) FROM {draft.table('schema')} WHERE schema_id = 0) "
        f"FROM {draft.table('snapshot')}"
    )
    counts = BranchCounts(
        schemas=schemas, tables=tables, views=views, macros=macros, data_files=files, snapshots=snapshots
    )
    return str(lake), int(snapshot), counts


def _umask() -> int:
    old = os.umask(0o077)
    os.umask(old)
    return old
