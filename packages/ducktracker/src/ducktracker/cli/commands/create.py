"""ducktracker create: make the next migration file."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dt_config.flags import connection_flags
from dt_contract.errors import InputError
from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_contract.terminal import line
from ducktracker.cli.arguments import Commands, add_command
from ducktracker.cli.context import notify, tell

if TYPE_CHECKING:
    from collections.abc import Sequence


def add(commands: Commands) -> Parser:
    """Add the parser."""
    create = add_command(commands, "create", "create the next migration file", document="migrations")
    create.add_argument("text", metavar="DESCRIPTION", nargs="+", help="what the migration does, in a few words")
    kinds = create.add_mutually_exclusive_group()
    kinds.add_argument("-r", "--repeatable", action="store_true", help="applied again whenever it changes: R__….sql")
    kinds.add_argument("--timestamp", action="store_true", help="use the current UTC time as the version")
    what = "write the migration to this schema: schema.sql, branch:NAME, snapshot:N, another point or a schema document"
    create.add_argument("--to", metavar="SCHEMA", help=what)
    create.add_argument("--dry-run", action="store_true", help="with --to, show the SQL, and write nothing")
    return create


def run(arguments: argparse.Namespace) -> int:
    """Write the file, and name it."""
    import shlex

    if len(arguments.text) > 1:
        quoted = shlex.quote(" ".join(arguments.text))
        raise InputError("the description is several words without quotes", hint=f"ducktracker create {quoted}")
    if arguments.to is not None:
        return _create_to(arguments)
    if arguments.dry_run:
        raise InputError("argument --dry-run: needs --to")
    from dt_config.resolve import resolve
    from ducktracker.project.scaffold import create

    directory = resolve(connection_flags(arguments), reaches_lake=False).migrations.directory
    path = create(directory, arguments.text[0], repeatable=arguments.repeatable, timestamp=arguments.timestamp)
    _show(arguments, [path])
    return Exit.DONE


def _create_to(arguments: argparse.Namespace) -> int:
    from dt_config.resolve import resolve
    from dt_contract.terminal import lines
    from ducktracker.change.create_to import is_of_the_lake, migrations_to
    from ducktracker.project.migration_files import write_files

    if arguments.repeatable:
        raise InputError("argument --to: not allowed with argument -r/--repeatable")
    config = resolve(connection_flags(arguments), reaches_lake=is_of_the_lake(arguments.to))
    found = migrations_to(config, arguments.to, arguments.text[0], timestamp=arguments.timestamp)
    if arguments.dry_run:
        for path, text in found.files.items():
            print("\n".join([line(str(path)), *lines(text.rstrip("\n"))]))
    else:
        write_files(found.files)
        _show(arguments, list(found.files))
    for note in found.notes:
        notify(note)
    for item in found.left_over:
        notify(f"left over: {item.kind} of {item.name}: {item.why}")
    if not found.files and not arguments.json:
        tell(arguments, "the migrations make that schema already; nothing was written")
    return Exit.FOUND if found.left_over else Exit.DONE


def _show(arguments: argparse.Namespace, paths: "Sequence[Path]") -> None:
    if arguments.json:
        from dt_contract.streams import write_document
        from ducktracker.project.scaffold import describe

        write_document(describe(paths))
        return
    for path in paths:
        print(line(str(path)))
