"""What each command that reaches a lake prints, and its exit code."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dt_config.config import Config
from dt_contract.boundary import warn
from dt_contract.exits import Exit
from dt_contract.streams import write, write_document
from dt_contract.terminal import line

if TYPE_CHECKING:
    from dt_contract.result import ResultDocument
    from dt_contract.status import MigrationStatus
    from dt_diff.formats import Format
    from ducktracker.history.repair import Repair
    from ducktracker.migrate.migrate_options import Options
    from ducktracker.plan.plan import PlanOptions
    from ducktracker.terminal.plan_formats import PlanFormat


def plan(
    config: Config, options: "PlanOptions", form: "PlanFormat", *, out: str | None, exit_code: bool, each: bool
) -> int:
    """Tries what is pending on a branch."""
    from ducktracker.migrate import plan_file
    from ducktracker.plan import plan as plans
    from ducktracker.terminal.plan_formats import render_plan

    document = plans.plan(config, options, _warn)
    if out:
        plan_file.save(document, out)
    write(render_plan(document, form, config.migrations.directory, each=each).encode())
    failure = plan_file.failure(document)
    if failure:
        raise failure
    return Exit.FOUND if exit_code and document.migrations else Exit.DONE


def migrate(config: Config, options: "Options", *, as_json: bool) -> int:
    """Applies what is pending."""
    from ducktracker.migrate import migrate as migrations
    from ducktracker.terminal.progress import progress

    with progress(silent=as_json) as shown:
        done = migrations.migrate(config, options, shown)
    if as_json:
        write_document(done.result)
    elif not done.failure or any(item.outcome != "skipped" for item in done.result.migrations):
        _summarise(done.result)
    if done.failure:
        raise done.failure
    return Exit.DONE


def dry_run(config: Config, options: "Options", *, as_json: bool) -> int:
    """Lists what migrate would apply."""
    from ducktracker.migrate import migrate as migrations

    result = migrations.dry_run(config, options, _warn)
    if as_json:
        write_document(result)
        return Exit.DONE
    for migration in result.migrations:
        print(line(f"would apply  {migration.script}"))
    print(_count(len(result.migrations), "migration") + " to apply; nothing was executed")
    return Exit.DONE


def info(config: Config, *, exit_code: bool, as_json: bool) -> int:
    """Shows the state of every migration."""
    from dt_history import assess as history
    from dt_history import problems
    from dt_history.ledger import ledger
    from dt_history.read import history_of
    from dt_scan.folder import scan
    from ducktracker.terminal.table import print_table

    found = scan(config.migrations.directory)
    recorded = history_of(config)
    status = history.assess(found, recorded)
    if as_json:
        write_document(status)
    else:
        headers = ("Version", "Description", "Type", "State", "Applied on", "Checksum")
        print_table(headers, [_cells(item) for item in status.migrations])
        if recorded.lake is None:
            print("There is no lake yet; migrate makes it.")
    for problem in (*problems.other_history(recorded), *problems.collisions(found.migrations, ledger(recorded))):
        _warn(": ".join(filter(None, (problem.script, problem.message))))
    for warning in problems.unread_folders(found):
        _warn(warning)
    waiting = {"pending", "failed", "outdated", "out-of-order"} & set(status.counts)
    return Exit.FOUND if exit_code and waiting else Exit.DONE


def _cells(item: "MigrationStatus") -> tuple[str, ...]:
    applied_on = (item.installed_on or "").replace("T", " ")[:19]
    checksum = item.checksum or item.applied_checksum or ""
    version = "" if item.version is None else str(item.version)
    return version, item.description, item.type, item.state, applied_on, checksum[:12]


def validate(config: Config, form: "Format", *, strict: bool, files: bool) -> int:
    """Shows what makes migrate refuse: exit 2 for what ends migrate with 2, such as a fault of the folder, else 1."""
    from dt_history import problems
    from dt_scan.folder import scan
    from ducktracker.drift.lost_files import history_and_lost
    from ducktracker.terminal.findings import render_validation

    found, out_of_order = scan(config.migrations.directory), config.behavior.out_of_order
    recorded, lost = history_and_lost(config, all_files=files)
    result = problems.validate(found, recorded, out_of_order=out_of_order)
    for warning in result.warnings if form == "text" else ():
        warn("ducktracker", warning)
    write(render_validation(result, form, config.migrations.directory, strict=strict).encode())
    if lost:
        raise lost
    if any(problem.code not in ("version-collision", "out-of-order") for problem in result.problems):
        return Exit.INPUT
    return Exit.FOUND if result.mismatches or result.problems or (strict and result.warnings) else Exit.DONE


def repair(config: Config, *, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Clears failed records and re-aligns checksums, once the user agrees."""
    from ducktracker.history import repair as repairs

    def agree(found: "Sequence[Repair]") -> bool:
        if not as_json:
            _list_repairs(found)
        return yes or _asked(f"Repair {_count(len(found), 'record')}?")

    if dry_run:
        found = repairs.dry_run(config)
        if not as_json:
            _list_repairs(found)
        result = repairs.result(found)
    else:
        result = repairs.repair(config, agree)
    if as_json:
        write_document(result)
    else:
        done = sum(item.outcome == "repaired" for item in result.migrations)
        what = (
            f"{_count(len(result.migrations), 'record')} to repair" if dry_run else f"{_count(done, 'record')} repaired"
        )
        print(what if result.migrations else "nothing to repair")
    return Exit.DONE


def _list_repairs(found: "Sequence[Repair]") -> None:
    for item in found:
        print(line(item.about))


def _asked(question: str) -> bool:
    if not (sys.stdin and sys.stdin.isatty()):
        from ducktracker.history.repair import need_yes

        raise need_yes()
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def drift(config: Config, ignored: Sequence[str], form: "Format", *, against: str | None, since_migration: bool) -> int:
    """Shows what no migration made, or how the lake differs from what the migrations folder makes."""
    from dt_diff.ignore import without_ignored
    from ducktracker.compare.diff import diff
    from ducktracker.drift import drift as drifts
    from ducktracker.terminal.findings import show

    since = since_migration
    found = diff("files", "live", lambda: config) if against else drifts.drift(config, since_migration=since)
    left, unused = without_ignored(found, ignored)
    for rule in unused:
        warn("ducktracker", f"the ignore rule {rule!r} matches nothing")
    return show(left, form)


def accept(config: Config, reason: str, ignored: Sequence[str], only: Sequence[str], form: "Format") -> int:
    """Takes the live schema for the expected one."""
    from dt_diff.render import render
    from ducktracker.drift import accept as acceptance

    accepted = acceptance.accept(config, reason, ignored, only)
    write(render(accepted, form).encode())
    if form == "text":
        print(acceptance.told(accepted, is_whole=not only))
    return Exit.DONE


def log(config: Config, number: int | None, table: str | None, *, out_of_band: bool, as_json: bool) -> int:
    """Shows which lake snapshots changed the schema."""
    from ducktracker.drift import log as logs
    from ducktracker.terminal.log_text import HEADERS, detailed_lines, table_rows
    from ducktracker.terminal.table import print_table

    found = logs.log(config, logs.Selection(number, table, out_of_band))
    if as_json:
        write_document(found)
    elif out_of_band:
        print("\n".join(detailed_lines(found)))
    else:
        print_table(HEADERS, table_rows(found))
    return Exit.DONE


def baseline(config: Config, version: int, description: str, *, new_history: bool, as_json: bool) -> int:
    """Takes an existing lake under version control."""
    from ducktracker.history import baseline as baselines

    result = baselines.baseline(config, version, description, new_history=new_history)
    if as_json:
        write_document(result)
    else:
        when = "already" if result.migrations[0].outcome == "skipped" else "now"
        print(f"the lake is at version {version} {when}; migrations up to it are taken as applied")
    return Exit.DONE


def _warn(text: str) -> None:
    warn("ducktracker", text)


def _summarise(result: "ResultDocument") -> None:
    applied = sum(item.outcome == "applied" for item in result.migrations)
    if applied and result.lake_snapshot_before:
        print(f"the way back: lake snapshot {result.lake_snapshot_before}, from before the run")
    print(_count(applied, "migration") + " applied" if result.migrations else "nothing to apply")


def _count(number: int, noun: str, plural: str = "s") -> str:
    return f"{number} {noun}{'' if number == 1 else plural}"
