"""A plan as annotations of a pull request. Pure."""

import os
from collections.abc import Iterator
from pathlib import Path

from dt_contract.plan import PlanDocument, PlannedHazard
from dt_diff.report import Finding, Level, Report
from ducktracker.terminal.plan_text import ending


def plan_report(plan: PlanDocument, directory: str) -> Report:
    """Return a finding for what fails, for each hazard, and for what could not be tried or checked."""
    folder = Path(os.path.relpath(directory))
    return Report("plan", "migrations", tuple(_findings(plan, folder)), "; ".join(ending(plan)), "no hazards")


def _findings(plan: PlanDocument, folder: Path) -> Iterator[Finding]:
    if failed := plan.failure:
        file = (folder / failed.script).as_posix() if failed.is_of_one else None
        yield Finding("migration", failed.script, "fails", (failed.error,), file, failed.line)
    for hazard in plan.hazards:
        yield _hazard(plan, hazard, folder)
    for migration in () if plan.failure else plan.migrations:
        file = (folder / migration.script).as_posix()
        for statement in migration.statements:
            if statement.not_tried:
                lines = (f"not tried: {statement.not_tried}",)
                yield Finding("migration", migration.script, "unknown", lines, file, statement.line, "notice")
    for item in plan.not_checked:
        yield Finding("view", item.view, "not checked", (item.reason,), level="notice")


def _hazard(plan: PlanDocument, hazard: PlannedHazard, folder: Path) -> Finding:
    lines = (hazard.detail or hazard.code, f"remedy: {hazard.remedy}")
    file = (folder / hazard.script).as_posix()
    level: Level = "notice" if hazard.allowed else "error" if plan.refusal else "warning"
    return Finding(f"{hazard.rule} {hazard.code}", hazard.name, "", lines, file, hazard.line, level)
