"""dt-snapshot: the schema of a lake, as a document."""

import sys
from collections.abc import Sequence
from typing import NoReturn

from dt_config.flags import add_connection_flags, connection_flags
from dt_contract.arguments import snapshot
from dt_contract.boundary import end, run
from dt_contract.flags import Parser

EXAMPLES = """
examples:
  dt-snapshot > baseline.json                    save the schema of the lake
  dt-snapshot | dt-diff baseline.json            what changed since
  dt-snapshot --at 41 | dt-diff - <(dt-snapshot) what changed since lake snapshot 41
  dt-snapshot --at-time 2026-11-22T09:00:00Z     the schema as it was then
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run dt-snapshot and return its exit code."""
    return run("dt-snapshot", _command, argv)


def program() -> NoReturn:
    """Entry point of the installed command."""
    end(main())


def _command(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)

    from dt_config.resolve import resolve
    from dt_contract.streams import write_document
    from dt_lake.lake import open_lake
    from dt_snapshot.moment import snapshot_at
    from dt_snapshot.reader import read_schema

    with open_lake(resolve(connection_flags(arguments))) as lake:
        at = arguments.at if arguments.at_time is None else snapshot_at(lake, arguments.at_time)
        document = read_schema(lake, at)
    write_document(document)
    return 0


def _parser() -> Parser:
    parser = Parser(
        "dt-snapshot",
        examples=EXAMPLES,
        document="schema",
        engines=_engines,
        description="Prints the schema of a DuckLake, now or at one of its snapshots, as a schema document.",
    )
    moment = parser.add_mutually_exclusive_group()
    moment.add_argument("--at", metavar="N", type=snapshot, help="at lake snapshot N")
    moment.add_argument("--at-time", metavar="T", help="at a time: ISO 8601, UTC unless it has an offset")
    add_connection_flags(parser)
    return parser


def _engines() -> str:
    from dt_lake.lake import engines

    return engines()


if __name__ == "__main__":
    sys.exit(main())
