"""ducktracker diff: what differs between any two points in a schema's life."""

import argparse
from typing import TYPE_CHECKING

from dt_contract.flags import Parser
from dt_diff.formats import FORMATS, SQL
from ducktracker.cli.arguments import Commands, add_command, format_of

if TYPE_CHECKING:
    from dt_config.config import Config


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "compare the schema at two points"
    diff = add_command(commands, "diff", about, document="diff", formats=(*FORMATS, SQL))
    what = "V7, a lake snapshot, a time, live, files, branch:NAME, or a schema document (- is stdin)"
    diff.add_argument("expected", metavar="EXPECTED", help=what)
    diff.add_argument("actual", metavar="ACTUAL", help="another one")
    return diff


def run(arguments: argparse.Namespace) -> int:
    """Show it. Two documents need no configuration."""

    def config() -> "Config":
        from dt_config.flags import connection_flags
        from dt_config.resolve import resolve

        return resolve(connection_flags(arguments))

    if arguments.format == SQL:
        from ducktracker.change.between import between
        from ducktracker.cli.generated import show_sql

        return show_sql(between(arguments.expected, arguments.actual, config))
    from ducktracker.compare.diff import diff
    from ducktracker.terminal.findings import show

    return show(diff(arguments.expected, arguments.actual, config), format_of(arguments), arguments.color)
