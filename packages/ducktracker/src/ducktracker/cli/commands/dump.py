"""ducktracker dump: the schema as SQL."""

import argparse
from typing import TYPE_CHECKING

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from ducktracker.cli.arguments import Commands, add_command

if TYPE_CHECKING:
    from dt_config.config import Config


def add(commands: Commands) -> Parser:
    """Add the parser."""
    dump = add_command(commands, "dump", "print the schema as the SQL that creates it")
    what = "V7, a lake snapshot, a time, live, files, branch:NAME, or a schema document (- is stdin) [live]"
    dump.add_argument("--at", metavar="POINT", default="live", help=what)
    return dump


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    from ducktracker.change.dump import dump
    from ducktracker.cli.generated import show_sql

    def config() -> "Config":
        from dt_config.flags import connection_flags
        from dt_config.resolve import resolve

        return resolve(connection_flags(arguments))

    show_sql(dump(arguments.at, config))
    return Exit.DONE
