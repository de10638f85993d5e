"""A plan for a person. Pure."""

from collections.abc import Iterator

from dt_contract.plan import PlanDocument, PlannedHazard, PlannedRows, PlannedSnapshot, PlannedStatement
from dt_contract.terminal import line, lines
from dt_diff.text import change_lines, text_lines

_INDENT = "       "
_BRANCHES = {
    "duckdb": "on a branch of the lake",
    "sqlite": "on a branch of the lake",
    "postgres": "on a branch of the lake in a DuckDB file; what only PostgreSQL refuses is not known",
}


def plan_lines(plan: PlanDocument, *, each: bool = False) -> Iterator[str]:
    """Return the statements with their rows, what they change together, and the hazards.

    With `each`, also what the migrations of each lake snapshot change.
    """
    for migration in plan.migrations:
        yield line(migration.script)
        for statement in migration.statements:
            yield from statement_lines(statement)
    if plan.failure:
        yield ""
        yield line(f"{plan.failure.place} fails; migrate would end there, and leave this:")
    for snapshot in plan.snapshots if each else ():
        yield from _snapshot(snapshot)
    if plan.migrations:
        yield ""
        yield from text_lines(plan.diff)
    yield from map(_hazard, plan.hazards)
    yield from (line(f"? {item.view} was not checked: {item.reason}") for item in plan.not_checked)
    yield from ending(plan)


def statement_lines(statement: PlannedStatement) -> Iterator[str]:
    """Return a statement with its line, how many rows it changed, and why it was not tried."""
    first, *rest = lines(statement.sql)
    yield f"{statement.line:>5}  {first}"
    yield from (f"{_INDENT}{text}" for text in rest)
    if statement.rows:
        yield f"{_INDENT}{rows_text(statement.rows)}"
    if statement.not_tried:
        yield line(f"{_INDENT}(not tried: {statement.not_tried})")


def rows_text(rows: PlannedRows) -> str:
    """Return how many rows a statement changed."""
    counts = ((getattr(rows, kind), kind) for kind in ("inserted", "updated", "deleted", "merged"))
    return ", ".join(f"{_many(number, 'row')} {kind}" for number, kind in counts if number) or "no rows"


def _snapshot(snapshot: PlannedSnapshot) -> Iterator[str]:
    yield ""
    yield line(", ".join(snapshot.migrations))
    yield from (f"    {text}" for change in snapshot.diff.changes for text in change_lines(change))
    if not snapshot.diff.changes:
        yield "    no differences"


def _hazard(hazard: PlannedHazard) -> str:
    place = hazard.script if hazard.line is None else f"{hazard.script}:{hazard.line}"
    detail = f"  {hazard.detail}" if hazard.detail else ""
    allowed = "  (allowed by the file)" if hazard.allowed else ""
    return line(f"! {hazard.code}  {hazard.name}  {place}{detail}{allowed}")


def ending(plan: PlanDocument) -> Iterator[str]:
    """Return what is not known, whether migrate would refuse, and where it was tried."""
    if not plan.migrations:
        yield "nothing to apply"
        return
    if plan.incomplete and not plan.failure:
        yield f"incomplete: {_many(plan.incomplete, 'statement')}"
    if plan.refusal:
        yield line(f"migrate would refuse: {plan.refusal}")
    where = _BRANCHES[plan.catalog] if plan.base_fingerprint else "in a temporary lake, because none exists yet"
    yield f"{_many(len(plan.migrations), 'migration')} tried {where}; nothing was applied"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
