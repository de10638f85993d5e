"""The hazards of a plan, with file and line, and how much is lost."""

from collections.abc import Iterator

from dt_contract.diff import Change, DiffDocument
from dt_contract.hazards import Hazard, rule
from dt_contract.plan import PlannedHazard
from dt_contract.schema import SchemaDocument
from dt_diff.names import full_name, identifiers
from dt_diff.value_change import value_change
from dt_lake.lake import Lake
from ducktracker.drift.object_ids import Located, locate
from ducktracker.plan.broken_views import View, newly_broken
from ducktracker.plan.culprits import Culprit, culprit, step_of
from ducktracker.plan.losses import count_losses
from ducktracker.plan.lost_rows import lost_rows
from ducktracker.plan.trial import Trial


def planned_hazards(lake: Lake, trial: Trial, diff: DiffDocument, *, counts: bool) -> tuple[PlannedHazard, ...]:
    """Return the hazards in the order of the statements; what is lost is counted if `counts`."""
    found = [*_of_changes(lake, trial, diff, counts=counts), *_of_rows(trial), *_of_views(trial)]
    order = {script.name: place for place, script in enumerate(trial.scripts)}
    return tuple(sorted(found, key=lambda item: (order[item.script], item.line or 0)))


def _of_changes(lake: Lake, trial: Trial, diff: DiffDocument, *, counts: bool) -> Iterator[PlannedHazard]:
    located = locate([change for change in diff.changes if change.hazards], trial.base, trial.end)
    lost = {key for where in located if "DATA_LOSS" in where.change.hazards for key in where.keys}
    at = trial.base.lake.snapshot
    details = count_losses(lake, trial.base.tables, at, lost) if counts and lost and at is not None else {}
    for where in located:
        for code in where.change.hazards:
            made_by = _culprit(trial, where, code)
            told = [details[key] for key in where.keys if key in details] if code == "DATA_LOSS" else []
            yield _hazard(code, _rule(code, where.change), where.change.name, made_by, ", ".join(told) or None)


def _culprit(trial: Trial, where: Located, code: Hazard) -> Culprit:
    found = step_of(trial.steps, where, code)
    if found is None:
        return Culprit(trial.scripts[-1])
    step, change = found
    return _in_step(trial, step.snapshot, change)


def _in_step(trial: Trial, snapshot: int, change: Change) -> Culprit:
    scripts = trial.snapshots.get(snapshot, trial.scripts)
    return culprit(scripts, change, trial.witness.left_out)


def _of_rows(trial: Trial) -> Iterator[PlannedHazard]:
    for lost in lost_rows(trial.scripts, trial.base.tables, trial.witness.rows):
        yield _hazard("DATA_LOSS", lost.rule, lost.table, Culprit(lost.script, lost.statement), lost.detail)


def _of_views(trial: Trial) -> Iterator[PlannedHazard]:
    before, after = trial.views
    for view in sorted(newly_broken(before, after)):
        reason = trial.witness.told_of_a_view(after.reasons.get(view, ""))
        yield _hazard("BROKEN_VIEW", "DL303", full_name(*view), _breaks(trial, view), reason)


def _breaks(trial: Trial, view: View) -> Culprit:
    """The last change of the view itself, or of what its query or that of a view or macro in it names."""
    text = _query(trial.end, view)
    for step in reversed(trial.steps):
        for located in step.changes:
            if located.change.name == full_name(*view) or _mentions(text, located.change):
                return _in_step(trial, step.snapshot, located.change)
    return Culprit(trial.scripts[-1])


def _query(schema: SchemaDocument, view: View) -> str:
    waiting = [item.sql for item in schema.views if (item.schema, item.name) == view]
    others = {item.name.lower(): item.sql for item in schema.views}
    others |= {item.name.lower(): " ".join(one.sql for one in item.overloads) for item in schema.macros}
    seen = ""
    while waiting:
        sql = waiting.pop().lower()
        seen += f" {sql}"
        waiting += [others.pop(name) for name in list(others) if name in sql]
    return seen


def _mentions(sql: str, change: Change) -> bool:
    names = (change.name, change.before or "") if change.change == "renamed" else (change.name,)
    return any(full.rpartition(".")[2].strip('"').lower() in sql for full in names if full)


def _rule(code: Hazard, change: Change) -> str:
    """The code of the lint rule that finds a hazard of this form."""
    match code:
        case "IDENTITY":
            return "DL105"
        case "BROKEN_VIEW":
            return "DL303"
        case "VALUE_CHANGE":
            types = (value_change(item.before or "", item.after or "") for item in change.details)
            return next(filter(None, types), "DL201")
        case "DATA_LOSS" if change.object == "column":
            return "DL103" if len(identifiers(change.name)) == 3 else "DL104"
        case "DATA_LOSS":
            return "DL102"


def _hazard(code: Hazard, rule_code: str, what: str, made_by: Culprit, detail: str | None) -> PlannedHazard:
    return PlannedHazard(
        code=code,
        rule=rule_code,
        name=what,
        script=made_by.script.name,
        line=made_by.line,
        allowed=f"allow {code}" in made_by.script.migration.directives,
        detail=detail,
        remedy=rule(rule_code).remedy,
    )
