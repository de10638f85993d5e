"""ducktracker log: the history of the lake's schema, snapshot by snapshot."""

import argparse

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from ducktracker.cli.arguments import Commands, add_command, entries
from ducktracker.cli.context import configured


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "show which lake snapshots changed the schema, newest first"
    log = add_command(commands, "log", about, document="log")
    log.add_argument("-n", dest="number", metavar="N", type=entries, help="show at most N")
    log.add_argument("--table", metavar="NAME", help="show what was done to one table, under all its names")
    log.add_argument("--out-of-band", action="store_true", help="show all changes made outside migrations")
    return log


def run(arguments: argparse.Namespace) -> int:
    """Show it."""
    from dt_contract.streams import write_document
    from ducktracker.drift.log import Selection, log
    from ducktracker.terminal.colour import print_text
    from ducktracker.terminal.log_text import HEADERS, detailed_lines, table_rows
    from ducktracker.terminal.table import print_table

    found = log(configured(arguments), Selection(arguments.number, arguments.table, arguments.out_of_band))
    if arguments.json:
        write_document(found)
    elif arguments.out_of_band:
        print_text("\n".join([*detailed_lines(found), ""]), arguments.color)
    else:
        print_table(HEADERS, table_rows(found))
    return Exit.DONE
