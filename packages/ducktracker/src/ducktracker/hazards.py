"""Whether the hazards of a plan keep migrate from applying it. Pure."""

from collections.abc import Collection

from dt_contract.errors import Refused
from dt_contract.plan import PlanDocument


def refuse_hazards(plan: PlanDocument, allowed: Collection[str]) -> None:
    """Raises Refused for the first hazard that neither the user nor the migration itself allows.

    Also for a rehearsal that ended early: what it would have found is not known.
    """
    if not plan.complete:
        raise Refused(
            "the rehearsal ended before all statements were run, and behavior.hazards is refuse",
            hint="`ducktracker plan` shows where; put what it names into a migration that is applied first",
        )
    found = [hazard for hazard in plan.hazards if not hazard.allowed and hazard.code not in allowed]
    if not found:
        return
    first, more = found[0], len(found) - 1
    others = f", and {more} more hazard{'' if more == 1 else 's'}" if more else ""
    raise Refused(
        f"{first.code}: {first.name}{others}; behavior.hazards is refuse",
        place=first.script if first.line is None else f"{first.script}:{first.line}",
        hint=f"--allow {first.code}, or a leading comment in the file: -- ducktracker: allow {first.code}",
    )
