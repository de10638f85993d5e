"""The command line of the umbrella, from that of each command."""

from dt_config.flags import add_connection_flags
from dt_contract.flags import Parser
from ducktracker.cli.arguments import add_output_flags
from ducktracker.cli.commands import (
    adopt,
    baseline,
    branch,
    completion,
    create,
    diff,
    drift,
    dump,
    help_,
    info,
    init,
    log,
    mark,
    migrate,
    plan,
    repair,
    revert,
    squash,
    undo,
    validate,
)

COMMANDS = (
    *(init, create, plan, migrate, info, validate, drift, adopt, mark, revert, undo, squash, repair, baseline),
    *(diff, dump, log, branch, completion, help_),
)
"""In the order of --help. Each has `add`, which adds its parser, and `run`, which returns the exit code."""
EXAMPLES = """
examples:
  ducktracker init my-lake --backend ducklake-duckdb    create a project
  ducktracker create "add users"                        create its next migration file
  ducktracker migrate                                   apply what is pending
  ducktracker info                                      what is applied, what is pending
  ducktracker drift                                     what no migration made
  ducktracker adopt "phone numbers"                     make a migration of it
  ducktracker revert --only main.users                  or take it back
  ducktracker diff V3 live                              what changed since a version
  ducktracker log                                       who changed the schema, and when
  ducktracker branch create try                         a branch of the lake; ducktracker -b try migrate
"""


def parser() -> Parser:
    """Return the parser; `run` is the command's function, and global flags may stand before or after its name."""
    description = "Puts the schema of a DuckLake under version control."
    main = Parser("ducktracker", examples=EXAMPLES, engines=_engines, description=description)
    add_output_flags(main)
    add_connection_flags(main)
    # Without its name argparse would format a usage to find it, which imports shutil and locale.
    commands = main.add_subparsers(dest="command", metavar="COMMAND", prog=main.prog)
    for command in COMMANDS:
        command.add(commands).set_defaults(run=command.run)
    return main


def _engines() -> str:
    from dt_lake.lake import engines

    return engines()
