"""Hazards as the comments above the statements that have them."""

from dt_contract.hazards import rule


def hazard(code: str) -> str:
    """Return the comment for a hazard, by the code of its lint rule."""
    found = rule(code)
    return f"{found.hazard} ({code}): {found.title}"
