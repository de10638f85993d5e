"""The command line of dt-scan."""

import os
from collections.abc import Sequence

from dt_config.flags import Flags, add_config_flag, connection_flags
from dt_contract.boundary import run, warn
from dt_contract.exits import Exit
from dt_contract.flags import Parser

_EXAMPLES = """
examples:
  dt-scan                       the folder that ducktracker.toml names
  dt-scan db/migrations         this folder, without any configuration
  dt-scan | dt-history status   what is applied, what is pending
"""
_DESCRIPTION = "Prints what a migrations folder holds. Exits 1 if a file in it can't be used, and says why on stderr."


def main(argv: Sequence[str] | None = None) -> int:
    """Run dt-scan and return its exit code."""
    return run("dt-scan", _command, argv)


def _command(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)
    given: str | None = arguments.directory
    return _scan(_relative(_configured(connection_flags(arguments)) if given is None else given))


def _parser() -> Parser:
    parser = Parser("dt-scan", examples=_EXAMPLES, document="migrations", description=_DESCRIPTION)
    parser.add_argument("directory", metavar="DIR", nargs="?", help="the folder [migrations.directory]")
    add_config_flag(parser)
    return parser


def _configured(flags: Flags) -> str:
    from dt_config.resolve import resolve

    return resolve(flags, reaches_lake=False).migrations.directory


def _relative(directory: str) -> str:
    """Return a folder inside the current one relative to it, so that a project prints the same wherever it lies."""
    relative = os.path.relpath(directory or os.curdir)
    return directory if not directory or relative.split(os.sep)[0] == os.pardir else relative


def _scan(directory: str) -> int:
    from dt_contract.streams import write_document
    from dt_scan.folder import describe, scan

    document = scan(directory)
    write_document(document)
    for fault in document.faults:
        warn("dt-scan", describe(fault))
    for folder in document.unread:
        warn("dt-scan", f"{folder} has .sql files, and subfolders are not read")
    return Exit.FOUND if document.faults else Exit.DONE
