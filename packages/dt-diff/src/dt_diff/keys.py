"""Partition and sort keys, which name columns: `year(ts)`, `bucket(4, id)`, `id ASC NULLS LAST`."""

import re
from collections.abc import Mapping, Sequence

from dt_contract.schema import Table
from dt_diff.identity import Identity
from dt_diff.matching import match
from dt_diff.names import identifiers

_KEY = re.compile(
    r'(?P<head>(?:\w+\((?:\d+, )?)?)(?P<name>\w+|"(?:[^"]|"")*")'
    r"(?P<tail>\)?(?: (?:ASC|DESC) NULLS (?:FIRST|LAST))?)"
)


def same_keys(before: Table, after: Table, identity: Identity) -> tuple[bool, bool]:
    """Return whether the partition keys and the sort keys are the same; a renamed column is, under its new name."""
    if not (before.partition_by or before.sorted_by):
        return not after.partition_by, not after.sorted_by
    pairs = match(before.columns, after.columns, identity.columns).pairs
    old = {column.name: number for number, (column, _) in enumerate(pairs)}
    new = {column.name: number for number, (_, column) in enumerate(pairs)}
    return (
        _are_same(before.partition_by, after.partition_by, old, new),
        _are_same(before.sorted_by, after.sorted_by, old, new),
    )


def _are_same(before: Sequence[str], after: Sequence[str], old: Mapping[str, int], new: Mapping[str, int]) -> bool:
    return len(before) == len(after) and all(
        _is_same(was, now, old, new) for was, now in zip(before, after, strict=True)
    )


def _is_same(was: str, now: str, old: Mapping[str, int], new: Mapping[str, int]) -> bool:
    """Where a document has no such column, the text decides."""
    before, after = _key(was, old), _key(now, new)
    return before == after or (was == now and str in (type(before[1]), type(after[1])))


def _key(key: str, columns: Mapping[str, int]) -> tuple[str, str | int, str]:
    """The key with its column by number; an expression of more than a column, or of no column, stays as it is."""
    found = _KEY.fullmatch(key)
    if found is None:
        return "", key, ""
    (column,) = identifiers(found["name"])
    return found["head"], columns.get(column, column), found["tail"]
