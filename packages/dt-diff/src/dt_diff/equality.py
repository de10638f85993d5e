"""Tells quickly that two tables are equal, so that only the others are walked."""

from collections.abc import Sequence
from operator import attrgetter

from dt_contract.schema import COLUMN_PROPERTIES, TABLE_PROPERTIES, Column, Table

_TABLE = attrgetter(*TABLE_PROPERTIES)
_COLUMN = attrgetter(*COLUMN_PROPERTIES)


def equal(before: Table, after: Table) -> bool:
    """Return whether the tables are equal, ids included."""
    return before == after


def equal_but_for_ids(before: Table, after: Table) -> bool:
    """Return whether the tables are equal when no id and no uuid counts."""
    return bool(_TABLE(before) == _TABLE(after)) and _equal_columns(before.columns, after.columns)


def _equal_columns(before: Sequence[Column], after: Sequence[Column]) -> bool:
    # `map` and `attrgetter` run compiled, which matters for the columns of two large lakes.
    return list(map(_COLUMN, before)) == list(map(_COLUMN, after)) and all(
        _equal_columns(old.fields, new.fields)
        for old, new in zip(before, after, strict=True)
        if old.fields or new.fields
    )
