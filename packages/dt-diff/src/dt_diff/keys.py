"""Partition and sort keys, which name columns: `year(ts)`, `bucket(4, id)`, `id ASC NULLS LAST`."""

import re
from collections.abc import Mapping, Sequence

from dt_contract.schema import Table
from dt_diff.identity import Identity
from dt_diff.matching import match
from dt_diff.names import identifiers, quote

_KEY = re.compile(
    r'(?P<head>(?:\w+\((?:\d+, )?)?)(?P<name>\w+|"(?:[^"]|"")*")'
    r"(?P<tail>\)?(?: (?:ASC|DESC) NULLS (?:FIRST|LAST))?)"
)


def renamed_columns(before: Table, after: Table, identity: Identity) -> dict[str, str]:
    """Gives the new names of the columns that have one."""
    pairs = match(before.columns, after.columns, identity.columns).pairs
    return {old.name: new.name for old, new in pairs if old.name != new.name}


def with_names(keys: Sequence[str], renamed: Mapping[str, str]) -> tuple[str, ...]:
    """Gives the keys with the new names of their columns; an expression of more than a column stays as it is."""
    return tuple(_with_name(key, renamed) for key in keys)


def _with_name(key: str, renamed: Mapping[str, str]) -> str:
    found = _KEY.fullmatch(key)
    if found is None:
        return key
    (column,) = identifiers(found["name"])
    return f"{found['head']}{quote(renamed.get(column, column))}{found['tail']}"
