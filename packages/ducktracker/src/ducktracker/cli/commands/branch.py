"""ducktracker branch: make, list or drop a branch of the lake to try things on."""

import argparse
from typing import TYPE_CHECKING

from dt_config.flags import add_connection_flags
from dt_contract.errors import InputError
from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_contract.terminal import line
from ducktracker.cli.arguments import Commands, add_command, add_lock_timeout
from ducktracker.cli.backends import unknown_backend
from ducktracker.cli.context import configured, count, notify, tell

if TYPE_CHECKING:
    from dt_config.config import Config, FileBackend

BACKENDS = ("ducklake-duckdb", "ducklake-sqlite")
_BACKEND_HELP = "what its file is: ducklake-duckdb, or ducklake-sqlite for several local processes [ducklake-duckdb]"
_HEADERS = ("Branch", "Lake snapshot", "Made on", "The lake since", "Source")


def add(commands: Commands) -> Parser:
    """Add the parser and those of its actions."""
    branch = add_command(commands, "branch", "create, list or drop a branch of the lake to try things on")
    actions = branch.add_subparsers(dest="action", metavar="ACTION", required=True, prog="ducktracker branch")
    create = add_command(actions, "create", "create a branch, in a second", document="branch", connects=False)
    create.add_argument("name", metavar="NAME", help="its name, for -b NAME")
    create.add_argument("--at", metavar="POINT", help="the lake as it was: V7, a lake snapshot or a time [as it is]")
    create.add_argument("--data-path", dest="new_files", metavar="DIR", default="", help="where its new files go")
    # The lake's own --backend may stand before `branch`.
    add_connection_flags(create, default=argparse.SUPPRESS, without=["--backend"])
    create.add_argument("--backend", dest="kind", metavar="BACKEND", default=BACKENDS[0], help=_BACKEND_HELP)
    create.add_argument("--in-catalog", action="store_true", help="keep it in the lake's PostgreSQL, for all its users")
    add_command(actions, "list", "show the branches, and how far the lake has moved on", document="branches")
    drop = add_command(actions, "drop", "remove a branch and the files that it made")
    drop.add_argument("name", metavar="NAME")
    for action in (create, drop):
        add_lock_timeout(action, 5, "a catalog that another process holds")
    return branch


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says."""
    config = configured(arguments)
    match arguments.action:
        case "create":
            return _create(arguments, config)
        case "list":
            return _list(config, as_json=arguments.json)
        case _:
            return _drop(arguments, config)


def _create(arguments: argparse.Namespace, config: "Config") -> int:
    from ducktracker.project.branches import Wanted, create

    name, snapshot = arguments.name, None
    if arguments.kind not in BACKENDS:
        raise unknown_backend(arguments.kind, BACKENDS)
    backend: FileBackend = "sqlite" if arguments.kind == "ducklake-sqlite" else "duckdb"
    if backend == "sqlite" and arguments.in_catalog:
        raise InputError("argument --backend: not allowed with --in-catalog, which keeps the branch in PostgreSQL")
    if arguments.at:
        from ducktracker.compare.past_snapshot import past_snapshot

        snapshot = past_snapshot(config, arguments.at, "--at")
    wanted = Wanted(name, snapshot, arguments.new_files, arguments.in_catalog, backend)
    made = create(config, wanted, arguments.lock_timeout, notify)
    if made.is_encrypted:
        notify(f"{made.catalog} holds the keys of the lake's encrypted files; only you may read it")
    if arguments.json:
        from dt_contract.streams import write_document

        write_document(made)
        return Exit.DONE
    tables = count(made.counts.tables, "table")
    of = f"{made.source} at lake snapshot {made.snapshot}"
    tell(arguments, f"created branch {name} of {of}: {tables}, {made.seconds:.1f} s")
    tell(arguments, f"its new files go to {made.data_path}; next: ducktracker -b {name} migrate")
    return Exit.DONE


def _list(config: "Config", *, as_json: bool) -> int:
    from dt_config.branches import folder
    from ducktracker.project.branches import listed
    from ducktracker.terminal.table import print_table

    found = listed(config)
    if as_json:
        from dt_contract.streams import write_document

        write_document(found)
        return Exit.DONE
    if not found.branches:
        print(line(f"no branches in {folder(config)}; `ducktracker branch create NAME` makes one"))
        return Exit.DONE
    print_table(
        _HEADERS,
        [
            (
                item.name,
                "" if item.snapshot is None else str(item.snapshot),
                (item.made_on or "").replace("T", " ")[:19],
                _since(item.behind),
                item.source or item.problem or "",
            )
            for item in found.branches
        ],
    )
    return Exit.DONE


def _since(behind: int | None) -> str:
    if behind is None:
        return "not known"
    return f"{count(behind, 'snapshot')} on" if behind else "unchanged"


def _drop(arguments: argparse.Namespace, config: "Config") -> int:
    from ducktracker.project.branches import drop

    left = drop(config, arguments.name, arguments.lock_timeout)
    tell(arguments, f"dropped branch {arguments.name}")
    if left:
        notify(f"its files in {left} are still there; only those that know this storage can remove them")
    return Exit.DONE
