"""What differs between the views of two schemas."""

from collections.abc import Iterator, Sequence

from dt_contract.diff import Change, Detail
from dt_contract.schema import View
from dt_diff.definition import differing, names
from dt_diff.matching import Rule, match
from dt_diff.names import full_name


def compare_views(before: Sequence[View], after: Sequence[View], rules: Sequence[Rule[View]]) -> Iterator[Change]:
    """Return the changes of the views."""
    views = match(before, after, rules)
    for view in views.removed:
        yield Change(change="removed", object="view", name=full_name(view.schema, view.name), before=view.sql)
    for view in views.added:
        yield Change(change="added", object="view", name=full_name(view.schema, view.name), after=view.sql)
    for old, new in views.pairs:
        if old != new:
            yield from _compare_view(old, new)


def _compare_view(before: View, after: View) -> Iterator[Change]:
    old, new = full_name(before.schema, before.name), full_name(after.schema, after.name)
    details = _details(before, after)
    if old != new:
        yield Change(change="renamed", object="view", name=new, before=old, after=new, details=details)
    elif details:
        yield Change(change="modified", object="view", name=new, before=before.sql, after=after.sql, details=details)


def _details(before: View, after: View) -> tuple[Detail, ...]:
    return differing(
        ("sql", before.sql, after.sql),
        ("column_aliases", names(before.column_aliases), names(after.column_aliases)),
        ("comment", before.comment, after.comment),
    )
