"""The hazards of a change: the one list for `--allow`, `behavior.hazards`, directives, documents and lint codes."""

from typing import Literal, NamedTuple, get_args

Hazard = Literal["DATA_LOSS", "BROKEN_VIEW", "IDENTITY", "VALUE_CHANGE"]
HAZARDS: tuple[Hazard, ...] = get_args(Hazard)
"""What a file may allow for itself: `-- ducktracker: allow DATA_LOSS`."""

UNKNOWN = "UNKNOWN"
"""What statements may do that plan did not try; only the person who runs migrate can allow that."""
ALLOWABLE: tuple[str, ...] = (*HAZARDS, UNKNOWN)
"""What `--allow` takes."""


class Rule(NamedTuple):
    """A hazard in one of its forms. `code` is that of the lint check that finds it, and never changes its meaning."""

    code: str
    hazard: str
    title: str
    remedy: str


RULES = (
    Rule("DL101", "DATA_LOSS", "schema dropped", "move its tables to another schema first, or keep it"),
    Rule("DL102", "DATA_LOSS", "table dropped", "rename it instead, and drop it once nobody has missed it"),
    Rule("DL103", "DATA_LOSS", "column dropped", "copy its values elsewhere first, or rename it instead"),
    Rule("DL104", "DATA_LOSS", "struct field dropped", "name every field in the new type, or copy its values first"),
    Rule(
        "DL105", "IDENTITY", "table created again under its name", "change it by ALTER and INSERT, which keep its past"
    ),
    Rule("DL106", "DATA_LOSS", "rows deleted", "copy them to another table first"),
    Rule("DL107", "DATA_LOSS", "all rows deleted or updated", "add a WHERE, or copy the table first"),
    Rule("DL201", "VALUE_CHANGE", "numbers rounded", "convert to a DECIMAL that holds every digit, or add a column"),
    Rule("DL202", "VALUE_CHANGE", "timestamps mean another instant", "add a column, and convert with AT TIME ZONE"),
    Rule("DL203", "VALUE_CHANGE", "values of another precision", "add a column, and check what rounding changes"),
    Rule("DL303", "BROKEN_VIEW", "view no longer works", "replace the view in the same migration"),
    Rule("DL413", UNKNOWN, "statement not tried", "read what it does, and try it on a branch by hand"),
)
"""By code."""


def rule(code: str) -> Rule:
    """Return the rule of a code. Raises KeyError if there is none."""
    return _BY_CODE[code]


_BY_CODE = {found.code: found for found in RULES}
