"""Whether what a plan says, or can't say, keeps migrate from applying it. Pure."""

from collections.abc import Collection

from dt_contract.errors import Refused
from dt_contract.plan import PlanDocument


def refuse_hazards(plan: PlanDocument, allowed: Collection[str]) -> None:
    """Raise Refused for the first hazard that neither the user nor the migration itself allows.

    Also for statements that were not tried: which hazards they have is not known.
    """
    refuse_unknown(plan, allowed)
    found = [hazard for hazard in plan.hazards if not hazard.allowed and hazard.code not in allowed]
    if not found:
        return
    first, more = found[0], len(found) - 1
    others = f", and {more} more hazard{'' if more == 1 else 's'}" if more else ""
    raise Refused(
        f'{first.code}: {first.name}{others}; refused because `behavior.hazards = "refuse"`',
        place=first.script if first.line is None else f"{first.script}:{first.line}",
        hint=f"--allow {first.code}, or a leading comment in the file: -- ducktracker: allow {first.code}",
    )


def refuse_unknown(plan: PlanDocument, allowed: Collection[str]) -> None:
    """Raise Refused for the first statement that was not tried, unless UNKNOWN is allowed."""
    if "UNKNOWN" in allowed:
        return
    for migration in plan.migrations:
        for statement in migration.statements:
            if statement.not_tried:
                more = f", nor were {plan.incomplete - 1} others" if plan.incomplete > 1 else ""
                raise Refused(
                    f"what this does is not known, because it was not tried: {statement.not_tried}{more}",
                    place=f"{migration.script}:{statement.line}",
                    hint="look at it, then allow it by --allow UNKNOWN",
                )
