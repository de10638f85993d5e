"""ducktracker: the umbrella over the small commands."""

import io
import sys
from collections.abc import Sequence
from typing import NoReturn

from dt_contract.boundary import end, run
from ducktracker.cli.parser import parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run ducktracker and return its exit code."""
    return run("ducktracker", _command, argv)


def program() -> NoReturn:
    """Be what the installed command calls."""
    end(main())


def _command(argv: Sequence[str]) -> int:
    arguments = parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A migration's description may hold any letters, and a terminal's encoding need not.
        sys.stdout.reconfigure(errors="backslashreplace")
    code: int = arguments.run(arguments)
    return code
