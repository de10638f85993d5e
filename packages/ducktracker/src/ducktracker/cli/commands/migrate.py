"""ducktracker migrate: apply what is pending, each migration exactly once."""

import argparse
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_contract.hazards import ALLOWABLE
from dt_contract.terminal import line
from ducktracker.cli.arguments import (
    Commands,
    add_command,
    add_lock_timeout,
    add_new_history,
    add_transaction,
    hazards,
    version,
)
from ducktracker.cli.context import advise, configured, count, notify, tell

if TYPE_CHECKING:
    from dt_config.config import Config
    from dt_contract.plan import PlanDocument
    from dt_contract.result import ResultDocument
    from ducktracker.migrate.migrate_options import MigrateOptions


def add(commands: Commands) -> Parser:
    """Add the parser."""
    migrate = add_command(commands, "migrate", "apply what is pending", document="result")
    add_new_history(migrate)
    migrate.add_argument("--dry-run", action="store_true", help="show what would be applied, and execute nothing")
    limit = migrate.add_mutually_exclusive_group()
    limit.add_argument("--target", metavar="N", type=version, help="apply nothing above version N")
    limit.add_argument("--plan", metavar="FILE", help="apply just what this plan says, or nothing")
    add_transaction(migrate)
    migrate.add_argument(
        "--allow",
        metavar="HAZARD",
        type=hazards,
        action="extend",
        default=[],
        help=f"allow these hazards: {','.join(ALLOWABLE)}",
    )
    add_lock_timeout(migrate, 60, "another runner")
    return migrate


def run(arguments: argparse.Namespace) -> int:
    """Apply what is pending, or list it."""
    from ducktracker.migrate.migrate_options import MigrateOptions

    config = configured(arguments)
    options = MigrateOptions(
        target=arguments.target,
        mode=arguments.transaction,
        plan=arguments.plan,
        allow=tuple(arguments.allow),
        lock_timeout=arguments.lock_timeout,
        new_history=arguments.new_history,
    )
    return _list(arguments, config, options) if arguments.dry_run else _apply(arguments, config, options)


def _apply(arguments: argparse.Namespace, config: "Config", options: "MigrateOptions") -> int:
    from ducktracker.migrate.migrate import migrate
    from ducktracker.migrate.progress import Silent
    from ducktracker.terminal.progress import progress

    with nullcontext(Silent()) if arguments.json or arguments.quiet else progress() as shown:
        done = migrate(config, options, shown, try_first=_try_first)
    if arguments.json:
        from dt_contract.streams import write_document

        write_document(done.result)
    elif not done.failure or any(item.outcome != "skipped" for item in done.result.migrations):
        _summarise(arguments, done.result)
    if done.failure:
        raise done.failure
    return Exit.DONE


def _try_first(config: "Config", options: "MigrateOptions", notify: Callable[[str], None]) -> "PlanDocument":
    from ducktracker.plan.try_first import try_first

    return try_first(config, options, notify)


def _list(arguments: argparse.Namespace, config: "Config", options: "MigrateOptions") -> int:
    from ducktracker.migrate.migrate import dry_run

    result = dry_run(config, options, notify)
    if arguments.json:
        from dt_contract.streams import write_document

        write_document(result)
        return Exit.DONE
    for migration in result.migrations:
        print(line(f"would apply  {migration.script}"))
    tell(arguments, count(len(result.migrations), "migration") + " to apply; nothing was executed")
    return Exit.DONE


def _summarise(arguments: argparse.Namespace, result: "ResultDocument") -> None:
    applied = sum(item.outcome == "applied" for item in result.migrations)
    if applied and result.lake_snapshot_before:
        tell(arguments, f"the way back: lake snapshot {result.lake_snapshot_before}, from before the run")
    tell(arguments, count(applied, "migration") + " applied" if result.migrations else "nothing to apply")
    if applied and applied == len(result.migrations):
        advise(arguments, "ducktracker info shows what is applied, ducktracker drift what no migration made")
