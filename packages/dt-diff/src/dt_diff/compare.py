"""Two schema documents in, their differences out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import get_args

from dt_contract.diff import Change, ChangeKind, DiffDocument, ObjectKind, Side
from dt_contract.schema import SchemaDocument
from dt_diff.identity import Identity, identity_of
from dt_diff.macros import compare_macros
from dt_diff.options import compare_lake_options
from dt_diff.schemas import compare_schemas
from dt_diff.tables import compare_tables
from dt_diff.views import compare_views

_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
_OBJECTS: tuple[ObjectKind, ...] = get_args(ObjectKind)


def compare(expected: SchemaDocument, actual: SchemaDocument, *, expected_name: str, actual_name: str) -> DiffDocument:
    """Return the changes that lead from `expected` to `actual`, in linear time.

    Within one lake objects are the same by id, else by name. Options are compared where both sides know them.
    """
    options = expected.options is not None and actual.options is not None
    changes = sorted(_changes(expected, actual, identity_of(expected, actual), options=options), key=_order)
    return DiffDocument(
        expected=_side(expected, expected_name),
        actual=_side(actual, actual_name),
        changes=tuple(changes),
        counts=count(changes),
        not_compared=() if options else ("options",),
    )


def count(changes: Sequence[Change]) -> dict[str, int]:
    """Return the number of changes of each kind that occurs, always in the same order."""
    counter = Counter(change.change for change in changes)
    return {kind: counter[kind] for kind in _KINDS if counter[kind]}


def _changes(
    expected: SchemaDocument, actual: SchemaDocument, identity: Identity, *, options: bool
) -> Iterator[Change]:
    yield from compare_schemas(expected.schemas, actual.schemas, identity.schemas, options=options)
    yield from compare_tables(expected.tables, actual.tables, identity, options=options)
    yield from compare_views(expected.views, actual.views, identity.views)
    yield from compare_macros(expected.macros, actual.macros, identity.macros)
    if options:
        yield from compare_lake_options(expected.options or {}, actual.options or {})


def _order(change: Change) -> tuple[str, bool, int, int, str, str]:
    """Sort by name; a removal comes before what now has its name, even an object of another kind."""
    return (
        change.name,
        change.change != "removed",
        _OBJECTS.index(change.object),
        _KINDS.index(change.change),
        change.before or "",
        change.after or "",
    )


def _side(document: SchemaDocument, name: str) -> Side:
    return Side(name=name, lake=document.lake.id, fingerprint=document.fingerprint or None)
