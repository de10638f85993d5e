"""What differs between the options of a lake, a schema or a table."""

from collections.abc import Iterator, Mapping

from dt_contract.diff import Change, Detail
from dt_contract.schema import schema_options
from dt_diff.names import quote


def compare_lake_options(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Return the changes of the lake's own options, but for those that are no part of the schema."""
    return compare_options(schema_options(before), schema_options(after), None)


def compare_options(before: Mapping[str, str], after: Mapping[str, str], owner: str | None) -> Iterator[Change]:
    """Return the changes of the options of `owner`, the full name of a schema or table; None is the lake."""
    if before == after:
        return
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old != new:
            yield _change(f"{owner}.{quote(key)}" if owner else quote(key), old, new)


def _change(name: str, before: str | None, after: str | None) -> Change:
    if before is None:
        return Change(change="added", object="option", name=name, after=after)
    if after is None:
        return Change(change="removed", object="option", name=name, before=before)
    detail = Detail(field="value", before=before, after=after)
    return Change(change="modified", object="option", name=name, before=before, after=after, details=(detail,))
