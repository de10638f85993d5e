"""Changes of a diff in the words of the tables that tests are made of."""

from collections.abc import Mapping
from typing import Any, NamedTuple

SIGNS = {"added": "+", "removed": "-", "modified": "~", "renamed": ">"}


class Told(NamedTuple):
    """What drift said of all cases in one lake, and which step each lake snapshot was."""

    changes: list[dict[str, Any]]
    steps: Mapping[int, int]


def told(change: dict[str, Any], steps: Mapping[int, int], schema: str) -> str:
    """Return a change with the steps that are to blame; the schema of its case is left out, or `@`."""
    if change["change"] == "renamed":
        text = f"> {change['object']} {change['before']} -> {change['after']}"
    else:
        definition = {"added": change["after"], "removed": change["before"]}.get(change["change"]) or ""
        text = f"{SIGNS[change['change']]} {change['object']} {change['name']}"
        text += f" {definition}" if change["object"] != "schema" and definition else ""
    details = "".join(
        f"; {d['field']}: {d['before'] or '(none)'} -> {d['after'] or '(none)'}" for d in change["details"]
    )
    hazards = f" [{', '.join(change['hazards'])}]" if change["hazards"] else ""
    text = (text + details + hazards).replace(f"{schema}.", "").replace(schema, "@").replace("\n", "⏎")
    if change["blame"] is None:
        return text
    blame = sorted({steps[blame["lake_snapshot"]] for blame in change["blame"]})
    return f"{text}  by {', '.join(map(str, blame))}"
