"""A plan as a comment on a pull request. Pure."""

import re
from collections.abc import Iterator

from dt_contract.plan import PlanDocument, PlannedHazard
from dt_contract.terminal import line
from dt_diff.text import change_lines, summary
from ducktracker.terminal.plan_text import ending, statement_lines


def markdown_lines(plan: PlanDocument) -> Iterator[str]:
    """Return what is lost or broken first, then what changes, and folded what is run."""
    yield "### ducktracker plan"
    yield ""
    if failed := plan.failure:
        yield from (f"**{_code(failed.place)} fails.** Migrate would end there.", "", *_block([line(failed.error)]), "")
    for text in ending(plan):
        yield from (f"{_plain(text)}  ",)
    if plan.hazards or plan.not_checked:
        yield from ("", "#### Hazards", "")
        yield from map(_hazard, plan.hazards)
        yield from (f"- {_code(item.view)} was not checked: {_code(item.reason)}" for item in plan.not_checked)
    if plan.migrations:
        yield from ("", f"#### Changes: {summary(plan.diff)}", "")
        yield from _block([text for change in plan.diff.changes for text in change_lines(change)], "diff")
        yield from ("", "<details><summary>Statements</summary>", "")
        for migration in plan.migrations:
            yield from (f"{_code(migration.script)}", "")
            yield from _block([text for item in migration.statements for text in statement_lines(item)])
            yield ""
        yield "</details>"


def _hazard(hazard: PlannedHazard) -> str:
    place = hazard.script if hazard.line is None else f"{hazard.script}:{hazard.line}"
    detail = f": {_code(hazard.detail)}" if hazard.detail else ""
    allowed = " (allowed by the file)" if hazard.allowed else ""
    what = f"**{hazard.code}** ({hazard.rule}) {_code(hazard.name)} in {_code(place)}"
    return f"- {what}{detail}{allowed}; {hazard.remedy}"


def _code(text: str) -> str:
    """As code, which has no markup in it."""
    shown = line(text)
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _block(texts: list[str], language: str = "") -> Iterator[str]:
    ticks = (len(run) for text in texts for run in re.findall("`+", text))
    fence = "`" * max(3, max(ticks, default=0) + 1)
    if texts:
        yield from (f"{fence}{language}", *texts, fence)


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|@#])", r"\\\1", text)
