"""ducktracker plan: what migrate would do, tried on a branch of the lake."""

import argparse

from dt_contract.errors import InputError
from dt_contract.exits import Exit
from dt_contract.flags import Parser
from ducktracker.cli.arguments import Commands, add_command, add_new_history, add_transaction, version
from ducktracker.cli.context import advise, configured, notify

FORMATS = ("json", "text", "github", "markdown")
_PUBLIC = ("github", "markdown")
"""The formats that a pull request shows to everybody."""


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "try what is pending on a branch of the lake, and show what comes of it"
    plan = add_command(commands, "plan", about, document="plan", formats=FORMATS)
    add_new_history(plan)
    plan.add_argument("--target", metavar="N", type=version, help="try nothing above version N")
    modes = plan.add_mutually_exclusive_group()
    each = "one transaction per migration, instead of --transaction; show what each one changes"
    modes.add_argument("--each", action="store_true", help=each)
    add_transaction(modes)
    plan.add_argument("--rows", choices=("run", "none"), default="run", help="none: neither write nor read rows [run]")
    plan.add_argument("--allow-external", action="store_true", help="let statements read beyond the lake")
    plan.add_argument("--show-values", action="store_true", help="show values of rows in errors")
    plan.add_argument("--out", metavar="FILE", help="write the plan document to FILE, for migrate --plan")
    plan.add_argument("--exit-code", action="store_true", help="exit 1 if something is pending")
    return plan


def run(arguments: argparse.Namespace) -> int:
    """Try what is pending, and show what came of it."""
    from ducktracker.migrate.plan_file import failure, save
    from ducktracker.plan.plan import PlanOptions, plan
    from ducktracker.terminal.colour import print_text
    from ducktracker.terminal.plan_formats import PlanFormat, render_plan

    config = configured(arguments)
    is_public = arguments.format in _PUBLIC
    if arguments.show_values and is_public:
        raise InputError(f"argument --show-values: not allowed with --format {arguments.format}")
    options = PlanOptions(
        target=arguments.target,
        mode="each" if arguments.each else arguments.transaction,
        rows=arguments.rows,
        allow_external=arguments.allow_external,
        show_values=arguments.show_values,
        hide_values=is_public,
        new_history=arguments.new_history,
    )
    document = plan(config, options, notify)
    if arguments.out:
        save(document, arguments.out)
    form: PlanFormat = "json" if arguments.json else arguments.format or "text"
    text = render_plan(document, form, config.migrations.directory, each=arguments.each)
    print_text(text, arguments.color if form == "text" else "never")
    if document.migrations and not document.failure:
        advise(arguments, "ducktracker migrate")
    failed = failure(document)
    if failed:
        raise failed
    return Exit.FOUND if arguments.exit_code and document.migrations else Exit.DONE
