"""dt-history: the history of a lake's migrations, and what is applied or pending."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from dt_config.flags import add_connection_flags, connection_flags
from dt_contract.boundary import end, run
from dt_contract.flags import Parser

EXAMPLES = """
examples:
  dt-history                       every row of the history
  dt-scan | dt-history status      what is applied, pending, failed, outdated or missing
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run dt-history and return its exit code."""
    return run("dt-history", _command, argv)


def program() -> NoReturn:
    """Entry point of the installed command."""
    end(main())


def _command(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)

    from dt_config.resolve import resolve
    from dt_contract.migrations import MigrationsDocument
    from dt_contract.streams import read_document, write_document
    from dt_history.assess import assess
    from dt_history.read import history_of

    config = resolve(connection_flags(arguments))
    if arguments.what == "status":
        migrations = read_document(arguments.migrations, MigrationsDocument, reader="dt-history status")
        write_document(assess(migrations, history_of(config)))
    else:
        write_document(history_of(config))
    return 0


def _parser() -> Parser:
    description = "Prints the history of a lake's migrations, or with `status` what is applied, pending, failed …"
    parser = Parser("dt-history", examples=EXAMPLES, document="history", engines=_engines, description=description)
    add_connection_flags(parser)
    kinds = parser.add_subparsers(dest="what", metavar="status")
    about = "compare a migrations document with the history"
    status = kinds.add_parser("status", document="status", versioned=False, help=about, description=about)
    status.add_argument("migrations", nargs="?", default="-", help="a migrations document (default: stdin)")
    add_connection_flags(status, default=argparse.SUPPRESS)
    return parser


def _engines() -> str:
    from dt_lake.lake import engines

    return engines()


if __name__ == "__main__":
    sys.exit(main())
