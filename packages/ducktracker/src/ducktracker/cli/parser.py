"""The command line of the umbrella."""

import argparse
from collections.abc import Sequence
from typing import TypeAlias

from dt_config.flags import add_connection_flags
from dt_contract.arguments import seconds
from dt_contract.flags import Parser
from dt_contract.hazards import ALLOWABLE
from dt_diff.formats import FORMATS

PLAN_FORMATS = ("json", "text", "github", "markdown")
EXAMPLES = """
examples:
  ducktracker init my-lake --backend ducklake-duckdb    make a project
  ducktracker create "add users"                        make its next migration file
  ducktracker migrate                                   apply what is pending
  ducktracker info                                      what is applied, what is pending
  ducktracker drift                                     what no migration made
  ducktracker diff V3 live                              what changed since a version
  ducktracker log                                       who changed the schema, and when
  ducktracker branch create try                         a branch of the lake; ducktracker -b try migrate
"""


def parser() -> Parser:
    """Gives the parser; the command is in `command`, and global flags may stand before or after it."""
    description = "Puts the schema of a DuckLake under version control."
    main = Parser("ducktracker", examples=EXAMPLES, engines=_engines, description=description)
    add_connection_flags(main)
    # Without its name argparse would format a usage to find it, which imports shutil and locale.
    commands = main.add_subparsers(dest="command", metavar="COMMAND", required=True, prog=main.prog)
    _init(commands)
    _create(commands)
    _plan(commands)
    _migrate(commands)
    _info(commands)
    _validate(commands)
    _drift(commands)
    _repair(commands)
    _baseline(commands)
    _diff(commands)
    _log(commands)
    _branch(commands)
    return main


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def _command(
    commands: Commands,
    name: str,
    about: str,
    *,
    document: str | None = None,
    connects: bool = True,
    formats: Sequence[str] = (),
) -> Parser:
    command = commands.add_parser(name, help=about, description=about, document=document, versioned=False)
    if connects:
        add_connection_flags(command, default=argparse.SUPPRESS)
    if document:
        forms = command.add_mutually_exclusive_group()
        forms.add_argument("--json", action="store_true", help=f"print the {document} document instead")
        if formats:
            forms.add_argument("--format", choices=formats, help="how to print it [text]; --json is --format json")
    return command


def _add_new_history(command: Parser) -> None:
    command.add_argument("--new-history", action="store_true", help="begin one in a lake that has a history elsewhere")


def _init(commands: Commands) -> None:
    about = "make ducktracker.toml, migrations/, .gitignore and README.md"
    init = _command(commands, "init", about, document="config", connects=False)
    init.add_argument("folder", nargs="?", default=".", metavar="DIR", help="a folder that exists [.]")
    init.add_argument("--backend", dest="kind", metavar="BACKEND", help="ducklake-duckdb or ducklake-postgres")


def _create(commands: Commands) -> None:
    create = _command(commands, "create", "make the next migration file", document="migrations")
    create.add_argument("text", metavar="DESCRIPTION", nargs="+", help="what the migration does, in a few words")
    kinds = create.add_mutually_exclusive_group()
    kinds.add_argument("-r", "--repeatable", action="store_true", help="applied again whenever it changes: R__….sql")
    kinds.add_argument("--timestamp", action="store_true", help="take the time (UTC) for a version")


def _add_transaction(command: "Parser | argparse._MutuallyExclusiveGroup") -> None:
    command.add_argument(
        "--transaction",
        choices=("auto", "each", "group", "all"),
        help="which migrations share a transaction [behavior.transaction, or auto]",
    )


def _migrate(commands: Commands) -> None:
    migrate = _command(commands, "migrate", "apply what is pending", document="result")
    _add_new_history(migrate)
    migrate.add_argument("--dry-run", action="store_true", help="show what would be applied, and execute nothing")
    limit = migrate.add_mutually_exclusive_group()
    limit.add_argument("--target", metavar="N", type=version, help="apply nothing above version N")
    limit.add_argument("--plan", metavar="FILE", help="apply just what this plan says, or nothing")
    _add_transaction(migrate)
    migrate.add_argument(
        "--allow",
        metavar="HAZARD",
        type=hazards,
        action="extend",
        default=[],
        help=f"allow these hazards: {','.join(ALLOWABLE)}",
    )
    migrate.add_argument(
        "--lock-timeout", metavar="SECONDS", type=seconds, default=60, help="how long to wait for another runner [60]"
    )


def _plan(commands: Commands) -> None:
    about = "try what is pending on a branch of the lake, and show what comes of it"
    plan = _command(commands, "plan", about, document="plan", formats=PLAN_FORMATS)
    _add_new_history(plan)
    plan.add_argument("--target", metavar="N", type=version, help="try nothing above version N")
    modes = plan.add_mutually_exclusive_group()
    modes.add_argument("--each", action="store_true", help="one transaction a migration; show what each one changes")
    _add_transaction(modes)
    plan.add_argument("--rows", choices=("run", "none"), default="run", help="none: neither write nor read any [run]")
    plan.add_argument("--allow-external", action="store_true", help="let statements read beyond the lake")
    plan.add_argument("--show-values", action="store_true", help="show values of rows in errors")
    plan.add_argument("--out", metavar="FILE", help="write the plan document there, for migrate --plan")
    plan.add_argument("--exit-code", action="store_true", help="exit 1 when something is pending")


def _info(commands: Commands) -> None:
    info = _command(commands, "info", "show what is applied, pending, failed, outdated or missing", document="status")
    info.add_argument("--exit-code", action="store_true", help="exit 1 when something is pending")


def _validate(commands: Commands) -> None:
    validate = _command(
        commands,
        "validate",
        "report what migrate would refuse, such as edited files",
        document="validation",
        formats=FORMATS,
    )
    validate.add_argument("--strict", action="store_true", help="exit 1 for warnings too")
    validate.add_argument("--files", action="store_true", help="see that every file with live rows is there")


def _drift(commands: Commands) -> None:
    drift = _command(commands, "drift", "find what no migration made", document="diff", formats=FORMATS)
    drift.add_argument("--accept", metavar="WHY", help="take the live schema for the expected one, on record")
    drift.add_argument(
        "--only", metavar="PATTERN", action="append", default=[], help="with --accept, just what matches"
    )
    drift.add_argument("--since-migration", action="store_true", help="compare with the lake as the last one left it")
    drift.add_argument("--against", choices=("files",), help="compare with what the migrations folder makes")
    drift.add_argument(
        "--ignore", metavar="PATTERN", action="append", default=[], help="leave out, e.g. 'staging.*' or 'option:*'"
    )


def _log(commands: Commands) -> None:
    log = _command(commands, "log", "show which lake snapshots changed the schema, newest first", document="log")
    log.add_argument("-n", dest="number", metavar="N", type=entries, help="show at most N")
    log.add_argument("--table", metavar="NAME", help="show what was done to one table, under all its names")
    log.add_argument("--out-of-band", action="store_true", help="show what no migration did, undone later or not")


def _repair(commands: Commands) -> None:
    about = "clear failed records, and take edited files for what was applied"
    repair = _command(commands, "repair", about, document="result")
    repair.add_argument("--dry-run", action="store_true", help="show what would be repaired, and write nothing")
    repair.add_argument("--yes", action="store_true", help="do not ask")


def _baseline(commands: Commands) -> None:
    baseline = _command(commands, "baseline", "take an existing lake under version control", document="result")
    _add_new_history(baseline)
    baseline.add_argument("-v", "--version", metavar="N", type=version, required=True, help="the version that it has")
    baseline.add_argument("-d", "--description", metavar="TEXT", default="baseline", help="what it is [baseline]")


def _diff(commands: Commands) -> None:
    diff = _command(commands, "diff", "compare two points in the schema's life", document="diff", formats=FORMATS)
    what = "V7, a lake snapshot, a time, live, files, branch:NAME, or a schema document (- is stdin)"
    diff.add_argument("expected", metavar="EXPECTED", help=what)
    diff.add_argument("actual", metavar="ACTUAL", help="another one")


def _branch(commands: Commands) -> None:
    branch = _command(commands, "branch", "make, list or drop a branch of the lake to try things on")
    actions = branch.add_subparsers(dest="action", metavar="ACTION", required=True, prog="ducktracker branch")
    create = _command(actions, "create", "make a branch, in a second", document="branch")
    create.add_argument("name", metavar="NAME", help="its name, for -b NAME")
    create.add_argument("--at", metavar="POINT", help="the lake as it was: V7, a lake snapshot or a time [as it is]")
    create.add_argument("--data-path", dest="new_files", metavar="DIR", default="", help="where its new files go")
    create.add_argument("--in-catalog", action="store_true", help="in the lake's PostgreSQL, for all its users")
    _command(actions, "list", "show the branches, and how far the lake has moved on", document="branches")
    drop = _command(actions, "drop", "remove a branch and the files that it made")
    drop.add_argument("name", metavar="NAME")
    for action in (create, drop):
        action.add_argument(
            "--lock-timeout",
            metavar="SECONDS",
            type=seconds,
            default=5,
            help="how long to wait for a catalog that another process holds [5]",
        )


_DIGITS = 1000
"""Python refuses to convert very many, and all of these may be leading zeros."""


def version(text: str) -> int:
    """Gives the number of a version, written as 3, 03 or V3."""
    digits = text.removeprefix("V").removeprefix("v")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _DIGITS or int(digits) >= 2**63:
        raise argparse.ArgumentTypeError(f"not a version: {text!r}")
    return int(digits)


def entries(text: str) -> int:
    """Gives a number of entries, 1 or more."""
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS or not 1 <= int(text) < 2**63:
        raise argparse.ArgumentTypeError(f"not a number of entries: {text!r}")
    return int(text)


def hazards(text: str) -> tuple[str, ...]:
    """Gives the hazards of a list with commas."""
    given = tuple(part.strip().upper() for part in text.split(","))
    for hazard in given:
        if hazard not in ALLOWABLE:
            raise argparse.ArgumentTypeError(f"unknown hazard {hazard!r}: choose from {', '.join(ALLOWABLE)}")
    return given


def _engines() -> str:
    from dt_lake.lake import engines

    return engines()
