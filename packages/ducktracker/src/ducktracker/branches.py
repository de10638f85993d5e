"""ducktracker branch: makes, lists and drops the branches of a project's lake."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress

from dt_branch.branch import create as create_branch
from dt_branch.branch import on_branch
from dt_branch.drop import drop_files
from dt_config.branches import catalog_file, check_name, folder, no_branch
from dt_config.config import Config
from dt_contract.branch import BranchDocument
from dt_contract.branches import Branch, BranchesDocument
from dt_contract.errors import InputError, LakeBusy, LakeError
from dt_contract.files import create_file
from dt_contract.redaction import redact
from dt_lake.attach import place
from dt_lake.lake import open_lake
from dt_snapshot.moment import newest

_IGNORE = b"# What ducktracker keeps here is for this folder alone.\n*\n"


def create(
    config: Config, name: str, at: int | None, data_path: str, patience: float, say: Callable[[str], None]
) -> BranchDocument:
    """Make a branch beside the project. Raises InputError if there is one of the name, and what dt_branch does."""
    check_name(name)
    own = folder(config, name)
    file = catalog_file(config, name)
    if os.path.lexists(file):
        raise InputError(f"there is a branch {name} already", hint=f"ducktracker branch drop {name}")
    is_new = not os.path.lexists(own)
    _make_folder(config, own)
    try:
        return create_branch(config, file, at=at, data_path=data_path, patience=patience, say=say)
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
    """Return the branches, with how many snapshots their source has made since."""
    names = _names(config)
    if not names:
        return BranchesDocument()
    try:
        with open_lake(config) as lake:
            now: int | None = newest(lake)
    except LakeError:
        now = None
    return BranchesDocument(branches=tuple(_described(config, name, now) for name in names))


def drop(config: Config, name: str, patience: float) -> str | None:
    """Remove a branch: its catalog and the files that it made, and nothing else; return a data path that stays.

    Raises InputError if there is none, and LakeBusy after `patience` seconds if another process is working on it.
    """
    check_name(name)
    file, own = catalog_file(config, name), folder(config, name)
    if not os.path.isfile(file):
        raise no_branch(name)
    left = None
    try:
        left = drop_files(on_branch(config, file), patience)
    except LakeBusy:
        raise
    except LakeError:
        # A catalog that can't be read any more can be removed all the same.
        left = None
    try:
        os.unlink(own) if os.path.islink(own) else shutil.rmtree(own)
    except OSError as error:
        raise InputError(f"can't be removed: {error.strerror}", place=own) from None
    return left


def _names(config: Config) -> list[str]:
    try:
        entries = sorted(os.listdir(folder(config)))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", place=folder(config)) from None
    return [entry for entry in entries if os.path.isfile(catalog_file(config, entry))]


def _described(config: Config, name: str, now: int | None) -> Branch:
    try:
        with open_lake(on_branch(config, catalog_file(config, name))) as lake:
            mark = lake.branch
    except LakeError as error:
        return Branch(name=name, kept="file", problem=error.message)
    if mark is None:
        return Branch(name=name, kept="file", problem="its catalog has no mark of a branch")
    is_of_ours = mark.source == redact(place(config.connection))
    return Branch(
        name=name,
        kept="file",
        source=mark.source,
        snapshot=mark.snapshot,
        made_on=mark.made_on,
        behind=now - mark.snapshot if now is not None and is_of_ours else None,
        data_path=mark.data_path,
    )
