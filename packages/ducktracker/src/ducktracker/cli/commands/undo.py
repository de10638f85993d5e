"""ducktracker undo: take migrations back, newest first, with the rows and values that the lake's past has."""

import argparse
from typing import TYPE_CHECKING

from dt_contract.flags import Parser
from ducktracker.cli.arguments import Commands, add_command, version
from ducktracker.cli.context import configured, notify
from ducktracker.cli.taking_back import add_taking_back, agreeing, show_done

if TYPE_CHECKING:
    from ducktracker.change.task import Tried


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "take migrations back, newest first, and restore what was there from the lake's past"
    undo = add_command(commands, "undo", about, document="result")
    undo.add_argument("--target", metavar="N", type=version, help="undo all above version N [just the newest]")
    undo.add_argument("--rows", action="store_true", help="also take back what was done to rows of tables that stay")
    add_taking_back(undo, "undone")
    return undo


def run(arguments: argparse.Namespace) -> int:
    """Show what would be undone, and do it once the user agrees."""
    from ducktracker.change.undo import UndoOptions, undo

    config = configured(arguments)

    def asked(tried: "Tried") -> str:
        return f"Undo {tried.about}?"

    options = UndoOptions(target=arguments.target, rows=arguments.rows)
    done = undo(config, options, agreeing(arguments, asked), notify)
    return show_done(arguments, done, nothing="there is no migration to undo; nothing was written")
