"""ducktracker create: make the next migration file."""

import argparse

from dt_config.flags import connection_flags
from dt_contract.errors import InputError
from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_contract.terminal import line
from ducktracker.cli.arguments import Commands, add_command


def add(commands: Commands) -> Parser:
    """Add the parser."""
    create = add_command(commands, "create", "make the next migration file", document="migrations")
    create.add_argument("text", metavar="DESCRIPTION", nargs="+", help="what the migration does, in a few words")
    kinds = create.add_mutually_exclusive_group()
    kinds.add_argument("-r", "--repeatable", action="store_true", help="applied again whenever it changes: R__….sql")
    kinds.add_argument("--timestamp", action="store_true", help="use the current UTC time as the version")
    return create


def run(arguments: argparse.Namespace) -> int:
    """Write the file, and name it."""
    import shlex

    from dt_config.resolve import resolve
    from ducktracker.project.scaffold import create, describe

    if len(arguments.text) > 1:
        quoted = shlex.quote(" ".join(arguments.text))
        raise InputError("the description is several words without quotes", hint=f"ducktracker create {quoted}")
    directory = resolve(connection_flags(arguments), reaches_lake=False).migrations.directory
    path = create(directory, arguments.text[0], repeatable=arguments.repeatable, timestamp=arguments.timestamp)
    if arguments.json:
        from dt_contract.streams import write_document

        write_document(describe(path))
    else:
        print(line(str(path)))
    return Exit.DONE
