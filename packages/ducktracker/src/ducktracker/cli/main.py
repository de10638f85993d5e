"""ducktracker: the umbrella over the small commands."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from dt_contract.boundary import end, run, set_manner
from dt_contract.errors import InputError
from dt_contract.exits import Exit
from ducktracker.cli.parser import parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run ducktracker and return its exit code."""
    return run("ducktracker", _command, argv)


def program() -> NoReturn:
    """Entry point of the installed command."""
    end(main())


def _command(argv: Sequence[str]) -> int:
    main = parser()
    arguments = main.parse_args(argv)
    if arguments.command is None:
        main.print_help()
        return Exit.DONE
    _set_up(arguments)
    code: int = arguments.run(arguments)
    return code


def _set_up(arguments: argparse.Namespace) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A migration's description may hold any letters, and a terminal's encoding need not.
        sys.stdout.reconfigure(errors="backslashreplace")
    if arguments.directory is not None:
        try:
            os.chdir(arguments.directory)
        except OSError as error:
            raise InputError(f"can't be entered: {error.strerror}", place=arguments.directory) from None
    style = None
    if arguments.color in ("always", None, "auto"):
        from ducktracker.terminal.colour import style_for

        style = style_for(sys.stderr, arguments.color)
    set_manner(is_quiet=bool(arguments.quiet), style=style)
