"""What makes two objects the same: ids within one lake, names across lakes."""

from collections.abc import Callable, Hashable
from operator import attrgetter
from typing import NamedTuple

from dt_contract.schema import Column, Macro, Schema, SchemaDocument, Table, View
from dt_diff.equality import equal, equal_but_for_ids
from dt_diff.matching import Rule


class Identity(NamedTuple):
    """The rules for each kind of object, in the order in which they are tried."""

    unchanged: Callable[[Table, Table], bool]
    """Whether two tables are so equal that they need no look at their columns."""
    schemas: tuple[Rule[Schema], ...]
    tables: tuple[Rule[Table], ...]
    columns: tuple[Rule[Column], ...]
    views: tuple[Rule[View], ...]
    macros: tuple[Rule[Macro], ...]


def identity_of(expected: SchemaDocument, actual: SchemaDocument) -> Identity:
    """Return the rules by ids when both documents are of one lake that is known, else those by names."""
    same = expected.lake.id is not None and expected.lake.id == actual.lake.id
    return ONE_LAKE if same else TWO_LAKES


def _no_uuid(before: Table | View, after: Table | View) -> bool:
    return before.uuid is None or after.uuid is None


def _no_id(before: Schema | Column, after: Schema | Column) -> bool:
    return before.id is None or after.id is None


def _no_identity(before: Table, after: Table) -> bool:
    return any(table.uuid is None and table.id is None for table in (before, after))


def _id_and_kind(macro: Macro) -> Hashable:
    return None if macro.id is None else (macro.id, macro.kind)


_UUID = attrgetter("uuid")
_ID = attrgetter("id")
_NAME = attrgetter("name")
_QUALIFIED = attrgetter("schema", "name")
_SIGNATURE = attrgetter("schema", "name", "kind")

ONE_LAKE = Identity(
    unchanged=equal,
    schemas=(Rule(_ID), Rule(_NAME, _no_id)),
    tables=(Rule(_UUID), Rule(_ID, _no_uuid), Rule(_QUALIFIED, _no_identity)),
    columns=(Rule(_ID), Rule(_NAME, _no_id)),
    views=(Rule(_UUID), Rule(_ID, _no_uuid), Rule(_QUALIFIED)),
    macros=(Rule(_id_and_kind), Rule(_SIGNATURE)),
)
TWO_LAKES = Identity(
    unchanged=equal_but_for_ids,
    schemas=(Rule(_NAME),),
    tables=(Rule(_QUALIFIED),),
    columns=(Rule(_NAME),),
    views=(Rule(_QUALIFIED),),
    macros=(Rule(_SIGNATURE),),
)
