"""ducktracker repair: clear failed records and accept edited files as applied."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_contract.terminal import line
from ducktracker.cli.arguments import Commands, add_command
from ducktracker.cli.confirm import asked
from ducktracker.cli.context import configured, count, tell

if TYPE_CHECKING:
    from ducktracker.history.repair import Repair


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "clear failed records and accept edited files as applied"
    repair = add_command(commands, "repair", about, document="result")
    repair.add_argument("--dry-run", action="store_true", help="show what would be repaired, and write nothing")
    repair.add_argument("--yes", action="store_true", help="do not ask")
    return repair


def run(arguments: argparse.Namespace) -> int:
    """List the repairs, and make them once the user agrees."""
    from dt_contract.streams import write_document
    from ducktracker.history.repair import dry_run, repair, result

    config = configured(arguments)

    def agree(found: "Sequence[Repair]") -> bool:
        if not arguments.json:
            _list(found)
        return arguments.yes or asked(f"Repair {count(len(found), 'record')}?", "repair", "repaired")

    if arguments.dry_run:
        found = dry_run(config)
        if not arguments.json:
            _list(found)
        done = result(found)
    else:
        done = repair(config, agree)
    if arguments.json:
        write_document(done)
        return Exit.DONE
    repaired = sum(item.outcome == "repaired" for item in done.migrations)
    told = f"{count(len(done.migrations), 'record')} to repair" if arguments.dry_run else ""
    tell(arguments, (told or f"{count(repaired, 'record')} repaired") if done.migrations else "nothing to repair")
    return Exit.DONE


def _list(found: "Sequence[Repair]") -> None:
    for item in found:
        print(line(item.about))
