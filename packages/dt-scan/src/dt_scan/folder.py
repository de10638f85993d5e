"""Scans a migrations folder."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from unicodedata import normalize

from dt_contract.errors import InputError
from dt_contract.migrations import Fault, Migration, MigrationsDocument, MigrationType
from dt_scan.content import read_migration
from dt_scan.name import Name, parse_name

_SHORT_LOOK = 1000
"""At so many names of a subfolder; data may be kept there."""


def scan(directory: str) -> MigrationsDocument:
    """Return the migrations of a folder and its faults; raises InputError when there is no such folder.

    A file with a fault is not among the migrations; of the files that claim one version, none is.
    """
    there = _entries(directory)
    entries = {_printable(entry.name): entry for entry in there if _is_meant(entry)}
    parsed = {script: _parse(script, entry.name) for script, entry in entries.items()}
    names = {script: name for script, name in parsed.items() if isinstance(name, Name)}
    read = [read_migration(entries[script], name) for script, name in names.items()]
    claims, twins = _claimed_twice(names), _named_twice(names)
    doubled = {script for scripts in (*claims.values(), *twins) for script in scripts}
    migrations = [item for item in read if isinstance(item, Migration) and item.script not in doubled]
    found = [*parsed.values(), *read, *_duplicates(claims), *_twins(twins)]
    faults = [item for item in found if isinstance(item, Fault)]
    return MigrationsDocument(
        directory=_printable(directory),
        migrations=tuple(sorted((item for item in migrations if item.type != "undone"), key=_order)),
        faults=tuple(sorted(faults, key=lambda fault: (fault.script, fault.code, fault.message))),
        unread=tuple(sorted(_printable(entry.name) for entry in there if _is_unread(entry))),
        undo=tuple(sorted((item for item in migrations if item.type == "undone"), key=_order)),
    )


def describe(fault: Fault) -> str:
    """Return the fault as a line that begins with its file, and with the line in it where there is one."""
    return fault.message if fault.message.startswith(f"{fault.script}:") else f"{fault.script}: {fault.message}"


def _entries(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except FileNotFoundError:
        hint = "`migrations.directory` says where the migrations are; `ducktracker create` makes the first one"
        raise InputError("there is no such folder", place=directory or "DIR", hint=hint) from None
    except NotADirectoryError:
        raise InputError("is not a folder", place=directory) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"can't be read: {reason}", place=directory) from None


def _is_meant(entry: os.DirEntry[str]) -> bool:
    if not entry.name.lower().endswith(".sql"):
        return False
    try:
        return not entry.is_dir()
    except OSError:
        return True


def _is_unread(entry: os.DirEntry[str]) -> bool:
    """Whether this is a folder with a .sql file in it, as far as a short look tells."""
    try:
        if not entry.is_dir():
            return False
        with os.scandir(entry.path) as inside:
            return any(item.name.lower().endswith(".sql") for item in islice(inside, _SHORT_LOOK))
    except OSError:
        return False


def _parse(script: str, name: str) -> Name | Fault:
    if script != name:
        return Fault(code="bad-name", script=script, message="the name is not UTF-8")
    return parse_name(script)


def _printable(name: str) -> str:
    """Return a name that can be part of a document: bytes that are no UTF-8 become `\\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _claimed_twice(names: Mapping[str, Name]) -> dict[tuple[MigrationType, int], list[str]]:
    claims: defaultdict[tuple[MigrationType, int], list[str]] = defaultdict(list)
    for script in sorted(names):
        name = names[script]
        if name.version is not None:
            claims[name.type, name.version].append(script)
    return {claim: scripts for claim, scripts in claims.items() if len(scripts) > 1}


def _named_twice(names: Mapping[str, Name]) -> list[list[str]]:
    """Repeatables whose names are one name in Unicode's forms NFC and NFD, which file systems and Git tell apart."""
    same: defaultdict[str, list[str]] = defaultdict(list)
    for script in sorted(names):
        if names[script].version is None:
            same[normalize("NFC", script)].append(script)
    return [scripts for scripts in same.values() if len(scripts) > 1]


def _twins(twins: list[list[str]]) -> Iterator[Fault]:
    for first, *others in twins:
        for _ in others:
            yield Fault(code="bad-name", script=first, message="two files have this name, in two forms of Unicode")


def _duplicates(claims: Mapping[tuple[MigrationType, int], list[str]]) -> Iterator[Fault]:
    for (_, version), (first, *others) in claims.items():
        for other in others:
            message = f"two files claim version {version}: {first} and {other}"
            yield Fault(code="duplicate-version", script=first, message=message)


def _order(migration: Migration) -> tuple[bool, int, str, str]:
    return migration.version is None, migration.version or 0, migration.type, migration.description
