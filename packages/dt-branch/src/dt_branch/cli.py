"""dt-branch: a branch of a lake, in a DuckDB or SQLite file."""

import sys
from collections.abc import Sequence
from typing import NoReturn

from dt_config.flags import add_connection_flags, connection_flags
from dt_contract.arguments import seconds, snapshot
from dt_contract.boundary import end, run, warn
from dt_contract.flags import Parser

EXAMPLES = """
examples:
  dt-branch try.ducklake                                 a branch of the lake in ducktracker.toml
  ducktracker --metadata try.ducklake migrate            try the migrations on it
  dt-snapshot --metadata try.ducklake | dt-diff - <(dt-snapshot)
  dt-branch then.ducklake --at 41                        the lake as it was at lake snapshot 41
  dt-branch team.sqlite --target-backend sqlite          for several local processes at once
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run dt-branch and return its exit code."""
    return run("dt-branch", _command, argv)


def program() -> NoReturn:
    """Entry point of the installed command."""
    end(main())


def _command(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)

    from dt_branch.branch import create
    from dt_config.resolve import resolve
    from dt_contract.streams import write_document

    made = create(
        resolve(connection_flags(arguments)),
        arguments.target,
        at=arguments.at,
        data_path=arguments.branch_data_path,
        lock_timeout=arguments.lock_timeout,
        backend=arguments.target_backend,
        notify=lambda text: warn("dt-branch", text),
    )
    if made.is_encrypted:
        warn("dt-branch", f"{made.catalog} holds the keys of the lake's encrypted files; only you may read it")
    write_document(made)
    return 0


def _parser() -> Parser:
    parser = Parser(
        "dt-branch",
        examples=EXAMPLES,
        document="branch",
        engines=_engines,
        description="Creates a branch of a DuckLake: copies its metadata into the new file TARGET, and shares its "
        "data. Whatever is done on the branch, the lake and its files stay as they are.",
    )
    parser.add_argument("target", metavar="TARGET", help="the file to create")
    parser.add_argument(
        "--target-backend",
        choices=("duckdb", "sqlite"),
        default="duckdb",
        help="what TARGET is; a SQLite file is for several local processes [duckdb]",
    )
    parser.add_argument("--at", metavar="N", type=snapshot, help="the lake as it was at lake snapshot N")
    parser.add_argument(
        "--data-path",
        metavar="DIR",
        dest="branch_data_path",
        default="",
        help="where the branch's new files go (default: TARGET.files)",
    )
    parser.add_argument(
        "--lock-timeout",
        metavar="SECONDS",
        type=seconds,
        default=5,
        help="how long to wait for a catalog file that a writer holds [5]",
    )
    add_connection_flags(parser)
    return parser


def _engines() -> str:
    from dt_lake.lake import engines

    return engines()


if __name__ == "__main__":
    sys.exit(main())
