"""ducktracker revert: take drift back, with the rows and values that the lake's past has."""

import argparse
from typing import TYPE_CHECKING

from dt_contract.flags import Parser
from ducktracker.cli.arguments import Commands, add_command
from ducktracker.cli.context import configured, notify
from ducktracker.cli.taking_back import add_taking_back, agreeing, show_done

if TYPE_CHECKING:
    from ducktracker.change.task import Tried


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "take drift back, and restore rows and values from the lake's past"
    revert = add_command(commands, "revert", about, document="result")
    revert.add_argument("--only", metavar="PATTERN", action="append", default=[], help="only changes that match")
    revert.add_argument("--fill", metavar="EXPR", help="SQL for the value of a restored column in newer rows [NULL]")
    add_taking_back(revert, "taken back")
    return revert


def run(arguments: argparse.Namespace) -> int:
    """Show what would be taken back, and do it once the user agrees."""
    from ducktracker.change.fill import check_fill
    from ducktracker.change.revert import RevertOptions, revert

    config = configured(arguments)
    if arguments.fill is not None:
        check_fill(arguments.fill)
    options = RevertOptions(only=tuple(arguments.only), rules=config.drift.ignore, fill=arguments.fill)

    def asked(tried: "Tried") -> str:
        return f"Take back {tried.about}?"

    done = revert(config, options, agreeing(arguments, asked), notify)
    return show_done(arguments, done, nothing="there is no drift to take back; nothing was written")
