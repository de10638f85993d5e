"""What a diff may say after generated SQL has run, by the kind of what is left over."""

from collections.abc import Sequence

from dt_contract.diff import Change
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from dt_diff.sql.script import LeftOver, LeftOverKind
from support.generated import without_ids

_SHOWS: dict[tuple[str, str], LeftOverKind] = {
    ("table", "column_order"): "column order",
    ("column", "type"): "column order",
    ("column", "nullable"): "not null",
    ("column", "default"): "default",
    ("macro", "definition"): "parameter type",
}


def differences(expected: SchemaDocument, actual: SchemaDocument) -> set[tuple[str, str]]:
    """Return what differs by name as (kind of left over, name); anything that is no such kind under its own words."""
    found = compare(without_ids(expected), actual, expected_name="", actual_name="").changes
    return {item for change in found for item in _told(change)}


def told(left_over: Sequence[LeftOver]) -> set[tuple[str, str]]:
    """Return what was said to be left over, as far as it differs by name; of a parameter the name of its macro."""
    return {
        (item.kind, item.name.rpartition(".")[0] if item.kind == "parameter type" else item.name)
        for item in left_over
        if item.kind != "id"
    }


def _told(change: Change) -> set[tuple[str, str]]:
    if change.object == "option" and change.change in ("added", "removed"):
        return {("option", change.name)}
    if change.change != "modified":
        return {(f"{change.change} {change.object}: {change}", change.name)}
    return {(_SHOWS.get((change.object, detail.field), f"{change}"), change.name) for detail in change.details}
