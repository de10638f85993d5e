"""Partition and sort keys of a document as SQL: `year(ts)`, `bucket(4, id)`, `"order" ASC NULLS LAST`."""

import re

from dt_diff.names import identifiers
from dt_diff.sql.names import sql_name

_NAME = r'(?:\w+|"(?:[^"]|"")*")'
_KEY = re.compile(
    rf"(?P<head>(?:\w+\((?:\d+, )?)?)(?P<name>{_NAME}(?:\.{_NAME})*)"
    r"(?P<tail>\)?(?: (?:ASC|DESC) NULLS (?:FIRST|LAST))?)"
)


def key_sql(key: str) -> str:
    """Return a key with its column in double quotes if it needs them; an expression of more than that as it is."""
    found = _KEY.fullmatch(key)
    if found is None:
        return key
    return found["head"] + sql_name(*identifiers(found["name"])) + found["tail"]


def key_columns(key: str) -> frozenset[str]:
    """Return the names of columns that may be in a key."""
    found = _KEY.fullmatch(key)
    if found is not None:
        return frozenset(identifiers(found["name"])[:1])
    return frozenset(part for word in re.findall(_NAME, key) for part in identifiers(word))
