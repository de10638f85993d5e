"""What the parsers of several commands share. Nothing here is slow to import, so that --help is quick."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from dt_config.flags import add_connection_flags
from dt_contract.arguments import seconds
from dt_contract.flags import Parser
from dt_contract.hazards import ALLOWABLE
from dt_contract.transactions import MODES

if TYPE_CHECKING:
    from dt_diff.formats import Format

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
COLOR = ("auto", "always", "never")
_DIGITS = 1000
"""Python refuses to convert very many, and all of these may be leading zeros."""


def add_command(
    commands: Commands,
    name: str,
    about: str,
    *,
    document: str | None = None,
    connects: bool = True,
    formats: Sequence[str] = (),
) -> Parser:
    """Add the parser of a command, with the flags of its document and, if it `connects`, those of the lake."""
    command = commands.add_parser(name, help=about, description=about, document=document, versioned=False)
    add_output_flags(command, default=argparse.SUPPRESS)
    if connects:
        add_connection_flags(command, default=argparse.SUPPRESS)
    if document:
        forms = command.add_mutually_exclusive_group()
        forms.add_argument("--json", action="store_true", help=f"print the {document} document instead")
        if formats:
            forms.add_argument("--format", choices=formats, help="how to print it [text]; --json is --format json")
    return command


def add_output_flags(parser: Parser, *, default: object = None) -> None:
    """Add what may stand before or after each command: where it runs, and how it talks."""
    parser.add_argument("-C", dest="directory", metavar="DIR", default=default, help="run as if started in this folder")
    parser.add_argument("-q", "--quiet", action="store_true", default=default, help="no progress, summaries, warnings")
    parser.add_argument("--verbose", action="store_true", default=default, help="say which file and lake are used")
    parser.add_argument("--color", choices=COLOR, default=default, help="when to use colour [auto]")


def add_new_history(command: Parser) -> None:
    """Add --new-history."""
    command.add_argument("--new-history", action="store_true", help="begin a history in a lake that has another one")


def add_transaction(command: "Parser | argparse._MutuallyExclusiveGroup") -> None:
    """Add --transaction."""
    command.add_argument(
        "--transaction",
        choices=MODES,
        help="which migrations share a transaction [behavior.transaction, or auto]",
    )


def add_lock_timeout(command: Parser, default: int, of: str) -> None:
    """Add --lock-timeout, in seconds; `of` is what is waited for."""
    about = f"how long to wait for {of} [{default}]"
    command.add_argument("--lock-timeout", metavar="SECONDS", type=seconds, default=default, help=about)


def format_of(arguments: argparse.Namespace) -> "Format":
    """Return the format that --json or --format asks for."""
    chosen: Format = "json" if arguments.json else arguments.format or "text"
    return chosen


def version(text: str) -> int:
    """Return the number of a version, written as 3, 03 or V3."""
    digits = text.removeprefix("V").removeprefix("v")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _DIGITS or int(digits) >= 2**63:
        raise argparse.ArgumentTypeError(f"not a version: {text!r}")
    return int(digits)


def entries(text: str) -> int:
    """Return a number of entries, 1 or more."""
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS or not 1 <= int(text) < 2**63:
        raise argparse.ArgumentTypeError(f"not a number of entries: {text!r}")
    return int(text)


def hazards(text: str) -> tuple[str, ...]:
    """Return the hazards of a list with commas."""
    given = tuple(part.strip().upper() for part in text.split(","))
    for hazard in given:
        if hazard not in ALLOWABLE:
            raise argparse.ArgumentTypeError(f"unknown hazard {hazard!r}: choose from {', '.join(ALLOWABLE)}")
    return given
