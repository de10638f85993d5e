"""ducktracker info: the state of every migration."""

import argparse
from typing import TYPE_CHECKING

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from ducktracker.cli.arguments import Commands, add_command
from ducktracker.cli.context import advise, configured, notify

if TYPE_CHECKING:
    from dt_contract.status import MigrationStatus

_HEADERS = ("Version", "Description", "Type", "State", "Applied on", "Checksum")
_WAITING = {"pending", "failed", "outdated", "out-of-order", "undone"}


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "show what is applied, pending, failed, outdated or missing"
    info = add_command(commands, "info", about, document="status")
    info.add_argument("--exit-code", action="store_true", help="exit 1 if something is pending")
    return info


def run(arguments: argparse.Namespace) -> int:
    """Show the migrations, and warn of what is odd."""
    from dt_contract.streams import write_document
    from dt_history import problems
    from dt_history.assess import assess
    from dt_history.ledger import ledger
    from dt_scan.folder import scan
    from ducktracker.drift.recorded import recorded
    from ducktracker.terminal.table import print_table

    config = configured(arguments)
    found = scan(config.migrations.directory)
    history, unfinished, _ = recorded(config)
    status = assess(found, history)
    if arguments.json:
        write_document(status)
    else:
        print_table(_HEADERS, [_cells(item) for item in status.migrations], least="Checksum")
        if history.lake is None:
            print("There is no lake yet; `ducktracker migrate` creates it.")
        if _WAITING & set(status.counts):
            advise(arguments, "ducktracker plan, or ducktracker migrate")
    odd = [*problems.other_history(history), *problems.collisions(found.migrations, ledger(history))]
    for problem in (*odd, unfinished) if unfinished else odd:
        notify(": ".join(filter(None, (problem.script, problem.message))))
    for warning in problems.unread_folders(found):
        notify(warning)
    return Exit.FOUND if arguments.exit_code and _WAITING & set(status.counts) else Exit.DONE


def _cells(item: "MigrationStatus") -> tuple[str, ...]:
    applied_on = (item.installed_on or "").replace("T", " ")[:19]
    checksum = item.checksum or item.applied_checksum or ""
    version = "" if item.version is None else str(item.version)
    return version, item.description, item.type, item.state, applied_on, checksum[:12]
