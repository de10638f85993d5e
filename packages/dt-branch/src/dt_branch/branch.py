"""A branch: a lake of its own that begins as a copy of another's metadata and shares its data files."""

import os
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import duckdb
from msgspec.structs import replace

from dt_branch.copy import copied
from dt_branch.mark import write_mark
from dt_branch.metadata import branch_table
from dt_branch.rewind import rewind
from dt_branch.separate import separate
from dt_config.branches import on_file
from dt_config.config import Config, Connection
from dt_contract.branch import BranchCounts, BranchDocument
from dt_contract.errors import InputError, LakeError, Stop
from dt_contract.redaction import redact
from dt_lake.attach import check_file, own_settings, place
from dt_lake.create import making
from dt_lake.data_path import data_path as source_data_path
from dt_lake.errors import original, reason, shortened, translated
from dt_lake.extensions import load_extension
from dt_lake.lake import connect
from dt_lake.mark import Mark
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
    patience: float = PATIENCE,
    say: Callable[[str], None] = lambda _: None,
) -> BranchDocument:
    """Make a branch of the configured lake in a new DuckDB file, as that is now or was at the lake snapshot `at`.

    New files of the branch go to `data_path`, by default into a folder beside its file. `say` tells of waiting.
    Raises InputError, LakeBusy after `patience` seconds for a catalog that another process holds, or another LakeError.
    """
    started = time.monotonic()
    settings = config.connection
    if os.path.lexists(target):
        raise InputError("there is something of this name already", place=target)
    if not settings.secret_name:
        check_file(settings)
    with translated(place(settings)), closing(connect(config)) as connection:
        own = own_settings(connection, settings)
        if own is None:
            raise LakeError("a branch can be made of a lake in a DuckDB file or in PostgreSQL", place=place(settings))
        with making(target) as (draft, catalog):
            where = _data_path(data_path, catalog)
            mark, is_encrypted, counts = wait_for(lambda: _made(connection, own, draft, where, at), patience, say)
            if not is_encrypted:
                os.chmod(draft, 0o666 & ~_umask())
    return BranchDocument(
        source=mark.source,
        lake=mark.lake,
        snapshot=mark.snapshot,
        catalog=catalog,
        data_path=mark.data_path,
        source_data_path=mark.source_data_path,
        made_on=mark.made_on,
        is_encrypted=is_encrypted,
        counts=counts,
        seconds=round(time.monotonic() - started, 3),
    )


def on_branch(config: Config, catalog: str) -> Config:
    """Return the configuration with the branch in a DuckDB file in place of its lake."""
    return replace(config, connection=on_file(config.connection, catalog))


def _made(
    connection: duckdb.DuckDBPyConnection, settings: Connection, draft: str, own: str, at: int | None
) -> tuple[Mark, bool, BranchCounts]:
    try:
        return _filled(connection, settings, draft, own, at)
    except Stop:
        raise
    except duckdb.Error as error:
        told = shortened(redact(reason(original(error))), 300)
        raise LakeError(f"no branch can be made of it: {told}", place=place(settings)) from None


def _filled(
    connection: duckdb.DuckDBPyConnection, settings: Connection, draft: str, own: str, at: int | None
) -> tuple[Mark, bool, BranchCounts]:
    with copied(connection, settings, draft) as stored:
        source = f"{source_data_path(settings, stored, write=False).path.rstrip('/')}/"
        _check_apart(source, own)
        if at is not None:
            if stored.is_encrypted or "://" in source:
                load_extension(connection, "httpfs", settings.extensions_path)
            rewind(connection, at, source)
        separate(connection, source, own)
        lake, snapshot, counts = _counts(connection)
        mark = Mark(
            source=redact(place(settings)),
            lake=lake,
            snapshot=snapshot,
            data_path=own,
            source_data_path=source,
            made_on=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        write_mark(connection, mark)
        return mark, stored.is_encrypted, counts


def _data_path(given: str, catalog: str) -> str:
    path = given or f"{catalog}.files"
    return f"{(path if '://' in path else os.path.realpath(path)).rstrip('/')}/"


def _check_apart(source: str, own: str) -> None:
    """DuckLake deletes what it takes for an orphan anywhere below a data path."""
    theirs = source if "://" in source else f"{os.path.realpath(source)}/"
    if own.startswith(theirs) or theirs.startswith(own):
        raise InputError(
            f"the new files would go to {own}, which is not apart from the lake's own data in {theirs}",
            hint="give the branch another data path: --data-path DIR",
        )


def _counts(connection: duckdb.DuckDBPyConnection) -> tuple[str, int, BranchCounts]:
    live = ", ".join(_LIVE.format(thing=thing, table=branch_table(thing)) for thing in _COUNTED)
    row = connection.execute(
        f"SELECT {live}, (SELECT count(*) FROM {branch_table('data_file')}), count(*), max(snapshot_id), "
        f"(SELECT max(schema_uuid)::VARCHAR FROM {branch_table('schema')} WHERE schema_id = 0) "
        f"FROM {branch_table('snapshot')}"
    ).fetchone()
    assert row is not None
    schemas, tables, views, macros, files, snapshots, snapshot, lake = row
    counts = BranchCounts(
        schemas=schemas, tables=tables, views=views, macros=macros, data_files=files, snapshots=snapshots
    )
    return str(lake), int(snapshot), counts


def _umask() -> int:
    old = os.umask(0o077)
    os.umask(old)
    return old
