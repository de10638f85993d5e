"""The command `dt-lint`."""

from collections.abc import Sequence
from typing import NoReturn

from dt_config.flags import add_config_flag, connection_flags
from dt_contract.boundary import end, run, warn
from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_lint.formats import FORMATS

_EXAMPLES = """
examples:
  dt-scan | dt-lint                                    what is wrong with the files, before any lake is touched
  dt-scan db/migrations | dt-lint --format text        the same for a person
  dt-lint migrations.json                              of a migrations document in a file
"""
_DESCRIPTION = "Report what the SQL of migrations must not do in a DuckLake, as far as the files alone show it."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code, 1 if something is found."""
    return run("dt-lint", _command, argv)


def program() -> NoReturn:
    """Run the command and end the process."""
    end(main())


def _command(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)

    from dt_config.resolve import resolve
    from dt_contract.migrations import MigrationsDocument
    from dt_contract.streams import read_document, write
    from dt_lint.lint import lint
    from dt_lint.render import render

    config = resolve(connection_flags(arguments), required=False, reaches_lake=False)
    migrations = read_document(arguments.migrations, MigrationsDocument, reader="dt-lint")
    found = lint(migrations, config)
    write(render(found, arguments.format).encode())
    if migrations.faults:
        warn("dt-lint", f"not checked: {', '.join(fault.script for fault in migrations.faults)}; dt-scan says why")
    return Exit.FOUND if found.findings else Exit.DONE


def _parser() -> Parser:
    parser = Parser("dt-lint", examples=_EXAMPLES, document="findings", engines=_engines, description=_DESCRIPTION)
    parser.add_argument(
        "migrations", metavar="MIGRATIONS", nargs="?", default="-", help="a migrations document (default: stdin)"
    )
    parser.add_argument("--format", choices=FORMATS, default="json", help="how to print it (default: json)")
    add_config_flag(parser)
    return parser


def _engines() -> str:
    import duckdb

    return f"duckdb {duckdb.__version__}"
