"""Rules that leave changes out of a drift. Pure.

A rule is a pattern for full names, `*`, `?` and `[…]` as in file names, with or without a kind: `table:main.tmp_*`.
What matches a table or schema matches all that is in it. A rename is left out only when both names match.
"""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import get_args

from msgspec.structs import replace

from dt_contract.diff import Change, DiffDocument, ObjectKind
from dt_diff.compare import count
from dt_diff.names import full_name, identifiers

_KINDS = get_args(ObjectKind)


def without_ignored(diff: DiffDocument, rules: Sequence[str]) -> tuple[DiffDocument, list[str]]:
    """Gives the diff with the changes that no rule matches, and the rules that match none."""
    matched = {rule: [change for change in diff.changes if _matches(rule, change)] for rule in rules}
    ignored = [change for changes in matched.values() for change in changes]
    kept = tuple(change for change in diff.changes if change not in ignored) if ignored else diff.changes
    left = replace(diff, changes=kept, counts=count(kept), ignored=diff.ignored + len(diff.changes) - len(kept))
    return left, [rule for rule, changes in matched.items() if not changes]


def _matches(rule: str, change: Change) -> bool:
    kind, colon, pattern = rule.partition(":")
    if not colon or kind not in _KINDS:
        kind, pattern = "", rule
    names = [change.name, change.before or ""] if change.change == "renamed" else [change.name]
    return all(any(_fits(kind, pattern, *place) for place in _places(change.object, name)) for name in names)


def _fits(kind: str, pattern: str, object_: str, name: str) -> bool:
    return kind in ("", object_) and (fnmatchcase(name, pattern) or fnmatchcase(".".join(identifiers(name)), pattern))


def _places(object_: str, name: str) -> Iterator[tuple[str, str]]:
    """The object itself, and what it is in: columns, a table, a schema."""
    yield object_, name
    parts = identifiers(name)
    for length in range(len(parts) - 1, 0, -1):
        kind = {1: "schema", 2: "table"}.get(length, "column")
        yield kind, full_name(*parts[:length])
