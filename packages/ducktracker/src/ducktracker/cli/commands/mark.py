"""ducktracker mark: record a migration as applied, without running it."""

import argparse
from typing import TYPE_CHECKING

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from ducktracker.cli.arguments import Commands, add_command, version
from ducktracker.cli.context import configured, notify, tell

if TYPE_CHECKING:
    from ducktracker.change.mark import Marked


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "record a migration that was run by hand as applied"
    mark = add_command(commands, "mark", about, document="result")
    mark.add_argument("version", metavar="VERSION", type=version, help="the version of its file, such as V13")
    mark.add_argument("--reason", metavar="WHY", required=True, help="why it is recorded without being run")
    mark.add_argument("--force", action="store_true", help="record it even if the lake lacks what the file makes")
    mark.add_argument("--dry-run", action="store_true", help="show the drift that would be expected, and write nothing")
    return mark


def run(arguments: argparse.Namespace) -> int:
    """Record it, and say which changes are no drift any more."""
    from dt_contract.streams import write_document
    from ducktracker.change.mark import Wish, dry_run, mark, result

    config = configured(arguments)
    wish = Wish(arguments.version, arguments.reason, arguments.force)
    if arguments.dry_run:
        found = dry_run(config, wish)
        done = result(found)
    else:
        found, done = mark(config, wish)
    if arguments.json:
        write_document(done)
    else:
        _show(arguments, found)
    if not found.is_compared:
        notify(
            f"{found.migration.script}: the lake was not compared with it, as it changes no schema, or can't be tried"
        )
    return Exit.DONE


def _show(arguments: argparse.Namespace, found: "Marked") -> None:
    from dt_diff.render import render
    from ducktracker.terminal.colour import print_text

    if found.diff.changes:
        print_text(render(found.diff, "text"), arguments.color)
    done = "would be recorded" if arguments.dry_run else "is recorded"
    tell(arguments, f"{found.migration.script} {done} as applied; it was not run")
