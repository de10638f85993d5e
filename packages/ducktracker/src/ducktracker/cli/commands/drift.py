"""ducktracker drift: what in the live lake no migration made."""

import argparse
from typing import TYPE_CHECKING

from dt_contract.errors import InputError
from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_diff.formats import FORMATS, SQL
from ducktracker.cli.arguments import Commands, add_command, format_of
from ducktracker.cli.context import advise, configured, notify

if TYPE_CHECKING:
    from dt_config.config import Config


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "report changes that no migration made"
    drift = add_command(commands, "drift", about, document="diff", formats=(*FORMATS, SQL))
    drift.add_argument("--accept", metavar="WHY", help="accept the live schema as expected, and record why")
    drift.add_argument(
        "--only", metavar="PATTERN", action="append", default=[], help="with --accept, only changes that match"
    )
    drift.add_argument(
        "--since-migration", action="store_true", help="compare with the lake as the last migration left it"
    )
    drift.add_argument("--against", choices=("files",), help="compare with what the migrations folder makes")
    drift.add_argument(
        "--ignore",
        metavar="PATTERN",
        action="append",
        default=[],
        help="leave out what matches, e.g. 'staging.*' or 'option:*'",
    )
    return drift


def run(arguments: argparse.Namespace) -> int:
    """Show the drift, or accept it."""
    _check(arguments)
    config = configured(arguments)
    if arguments.format == SQL:
        return _show_sql(arguments, config)
    return _show(arguments, config) if arguments.accept is None else _accept(arguments, config)


def _check(arguments: argparse.Namespace) -> None:
    chosen = [
        flag
        for flag, is_given in (
            ("--accept", arguments.accept is not None),
            ("--against", arguments.against),
            ("--since-migration", arguments.since_migration),
            ("--format sql", arguments.format == SQL and not arguments.against),
        )
        if is_given
    ]
    if arguments.accept is not None and not arguments.accept.strip():
        raise InputError("argument --accept: say why")
    if len(chosen) > 1:
        raise InputError(f"argument {chosen[0]}: not allowed with argument {chosen[1]}")
    if arguments.only and arguments.accept is None:
        raise InputError("argument --only: needs --accept")


def _show(arguments: argparse.Namespace, config: "Config") -> int:
    from dt_diff.ignore import without_ignored
    from ducktracker.terminal.findings import show

    if arguments.against:
        from ducktracker.compare.diff import diff

        found = diff("files", "live", lambda: config)
    else:
        from ducktracker.drift.drift import drift

        found = drift(config, since_migration=arguments.since_migration)
    left, unused = without_ignored(found, (*config.drift.ignore, *arguments.ignore))
    _tell_unused(unused)
    code = show(left, format_of(arguments), arguments.color)
    if left.changes and not arguments.against:
        advise(arguments, 'ducktracker adopt "what it is" keeps it as a migration, ducktracker revert takes it back')
    return code


def _tell_unused(rules: list[str]) -> None:
    for rule in rules:
        notify(f"the ignore rule {rule!r} matches nothing")


def _show_sql(arguments: argparse.Namespace, config: "Config") -> int:
    from ducktracker.change.between import between, of_drift
    from ducktracker.cli.generated import show_sql

    if arguments.against:
        return show_sql(between("files", "live", lambda: config))
    generated, unused = of_drift(config, (*config.drift.ignore, *arguments.ignore))
    _tell_unused(unused)
    return show_sql(generated)


def _accept(arguments: argparse.Namespace, config: "Config") -> int:
    from dt_diff.render import render
    from ducktracker.drift.accept import accept, told
    from ducktracker.terminal.colour import print_text

    form = format_of(arguments)
    ignored = (*config.drift.ignore, *arguments.ignore)
    accepted = accept(config, arguments.accept, ignored, arguments.only)
    print_text(render(accepted, form), arguments.color if form == "text" else "never")
    if form == "text":
        print(told(accepted, is_whole=not arguments.only))
    return Exit.DONE
