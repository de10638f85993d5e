"""ducktracker branch: makes, lists and drops the branches of a project's lake."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Literal, NamedTuple

from dt_branch.branch import create as create_branch
from dt_branch.branch import create_beside, drop_beside, on_branch, schemas_beside
from dt_branch.drop import drop_files
from dt_config.branches import IN_CATALOG, catalog_file, check_name, folder, no_branch
from dt_config.branches import on_branch as point_at
from dt_config.config import Config, FileBackend
from dt_contract.branch import BranchDocument
from dt_contract.branches import Branch, BranchesDocument
from dt_contract.errors import InputError, LakeError
from dt_contract.files import create_file
from dt_contract.redaction import redact
from dt_lake.attach import place
from dt_lake.lake import open_lake
from dt_lake.mark import Mark
from dt_lake.waiting import wait_for
from dt_snapshot.moment import newest

_IGNORE = b"# What ducktracker keeps here is for this folder alone.\n*\n"


class Wanted(NamedTuple):
    """A branch that is to be made: `at` a lake snapshot, or None for now; `in_catalog` for all who reach the lake.

    `backend` is the one of its file.
    """

    name: str
    at: int | None
    data_path: str
    in_catalog: bool
    backend: FileBackend = "duckdb"


def create(config: Config, wanted: Wanted, lock_timeout: float, notify: Callable[[str], None]) -> BranchDocument:
    """Make a branch. Raises InputError if there is one of the name, and what dt_branch does."""
    name = wanted.name
    check_name(name)
    own, file = folder(config, name), catalog_file(config, name)
    if os.path.lexists(file):
        raise InputError(f"there is a branch {name} already", hint=f"ducktracker branch drop {name}")
    # By default the files of a branch are in a folder of its own, which none of the others is let into.
    others = _data_paths(config, lock_timeout, notify) if wanted.data_path or wanted.in_catalog else ()
    data_path = wanted.data_path
    if wanted.in_catalog:
        return create_beside(config, f"{IN_CATALOG}{name}", at=wanted.at, data_path=data_path, others=others)
    is_new = not os.path.lexists(own)
    _make_folder(config, own)
    try:
        return create_branch(
            config,
            file,
            at=wanted.at,
            data_path=data_path,
            lock_timeout=lock_timeout,
            others=others,
            backend=wanted.backend,
            notify=notify,
        )
    except BaseException:
        if is_new:
            with suppress(OSError):
                os.rmdir(own)
        raise


def _make_folder(config: Config, own: str) -> None:
    try:
        os.makedirs(own, exist_ok=True)
        with suppress(FileExistsError):
            create_file(os.path.join(os.path.dirname(folder(config)), ".gitignore"), _IGNORE)
    except OSError as error:
        raise InputError(f"can't be made: {error.strerror}", place=own) from None


def listed(config: Config) -> BranchesDocument:
    """Return the branches by name, with how many snapshots their source has made since."""
    kept = _kept(config)
    if not kept:
        return BranchesDocument()
    try:
        with open_lake(config) as lake:
            now: int | None = newest(lake)
    except LakeError:
        now = None
    found = [_described(config, *item, now) for item in kept]
    return BranchesDocument(branches=tuple(sorted(found, key=lambda item: (item.name, item.kept))))


def _kept(config: Config) -> list[tuple[str, Literal["file", "catalog"], Config]]:
    """The name of each branch, where it is kept, and the configuration pointed at it."""
    kept: list[tuple[str, Literal["file", "catalog"], Config]] = [
        (name, "file", on_branch(config, catalog_file(config, name))) for name in _names(config)
    ]
    return [*kept, *((name, "catalog", point_at(config, name)) for name in _in_catalog(config))]


def _data_paths(config: Config, lock_timeout: float, notify: Callable[[str], None]) -> list[str]:
    """Where the branches have their files, also those that will be made. Raises LakeBusy."""
    found = [folder(config)]
    for _, _, there in _kept(config):
        with suppress(LakeError):
            mark = wait_for(partial(_mark, there), lock_timeout, notify)
            found += [mark.data_path] if mark else []
    return found


def _mark(there: Config) -> Mark | None:
    with open_lake(there) as lake:
        return lake.branch


def drop(config: Config, name: str, lock_timeout: float) -> str | None:
    """Remove a branch: its catalog and the files that it made, and nothing else; return a data path that stays.

    Raises InputError if there is none, and LakeBusy after `lock_timeout` seconds if another process is working on it.
    """
    there = point_at(config, name)
    if not there.connection.is_file:
        if name not in _in_catalog(config):
            raise no_branch(name)
        left = drop_files(there, lock_timeout)
        drop_beside(config, there.connection.metadata_schema)
        return left
    own = folder(config, name)
    left = None
    with suppress(LakeError):
        # A catalog that can't be read any more can be removed all the same.
        left = drop_files(there, lock_timeout)
    try:
        if os.path.islink(own):
            os.unlink(own)
        else:
            shutil.rmtree(own)
    except OSError as error:
        raise InputError(f"can't be removed: {error.strerror}", place=own) from None
    return left


def _in_catalog(config: Config) -> list[str]:
    if config.connection.catalog_backend != "postgres":
        return []
    return [schema.removeprefix(IN_CATALOG) for schema in schemas_beside(config, IN_CATALOG)]


def _names(config: Config) -> list[str]:
    try:
        entries = sorted(os.listdir(folder(config)))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", place=folder(config)) from None
    return [entry for entry in entries if os.path.isfile(catalog_file(config, entry))]


def _described(config: Config, name: str, kept: Literal["file", "catalog"], there: Config, now: int | None) -> Branch:
    try:
        mark = _mark(there)
    except LakeError as error:
        return Branch(name=name, kept=kept, problem=error.message)
    if mark is None:
        return Branch(name=name, kept=kept, problem="its catalog has no mark of a branch")
    is_of_ours = mark.source == redact(place(config.connection))
    return Branch(
        name=name,
        kept=kept,
        source=mark.source,
        snapshot=mark.snapshot,
        made_on=mark.made_on,
        behind=now - mark.snapshot if now is not None and is_of_ours else None,
        data_path=mark.data_path,
    )
