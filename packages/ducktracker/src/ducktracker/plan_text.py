"""A plan for a person. Pure."""

from collections.abc import Iterator

from dt_contract.plan import PlanDocument, PlannedHazard
from dt_contract.terminal import line, lines
from dt_diff.text import text_lines


def plan_lines(plan: PlanDocument) -> Iterator[str]:
    """Gives the statements, the changes that they make together, and the hazards."""
    for migration in plan.migrations:
        yield line(migration.script)
        for statement in migration.statements:
            first, *rest = lines(statement.sql)
            yield f"{statement.line:>5}  {first}"
            yield from (f"       {text}" for text in rest)
            if statement.not_rehearsed:
                yield line(f"       (not rehearsed: {statement.not_rehearsed})")
    if plan.failure:
        yield ""
        yield line(f"{plan.failure.script} fails; what migrate would leave is not known, and nothing was applied")
        return
    if plan.migrations:
        yield ""
        yield from text_lines(plan.diff)
    yield from map(_hazard, plan.hazards)
    yield _summary(plan)


def _hazard(hazard: PlannedHazard) -> str:
    place = hazard.script if hazard.line is None else f"{hazard.script}:{hazard.line}"
    return line(f"! {hazard.code}  {hazard.name}  {place}{'  (allowed by the file)' if hazard.allowed else ''}")


def _summary(plan: PlanDocument) -> str:
    if not plan.migrations:
        return "nothing to apply"
    many = len(plan.migrations)
    where = "" if plan.base_fingerprint else " in a throw-away lake, as there is none yet"
    return f"{many} migration{'' if many == 1 else 's'} rehearsed{where}; nothing was applied"
