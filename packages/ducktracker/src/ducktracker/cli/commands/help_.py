"""ducktracker help: the help of a command."""

import argparse

from dt_contract.flags import Parser
from ducktracker.cli.arguments import Commands, add_command


def add(commands: Commands) -> Parser:
    """Add the parser."""
    command = add_command(commands, "help", "show the help of a command", connects=False)
    command.add_argument("about", nargs="*", metavar="COMMAND", help="such as migrate, or branch create")
    return command


def run(arguments: argparse.Namespace) -> int:
    """Print it, as `COMMAND --help` does."""
    from ducktracker.cli.parser import parser

    parser().parse_args([*arguments.about, "--help"])
    raise AssertionError("--help ends the program")
