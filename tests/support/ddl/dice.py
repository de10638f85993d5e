"""Picks a statement."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

from dt_contract.schema import SchemaDocument
from support.ddl import columns, definitions, tables
from support.ddl.shape import Shape

Kind = Callable[[Shape], str]
# As many of what makes things as of what takes them away.
MADE: tuple[Kind, ...] = (
    *(tables.create_table,) * 4,
    *(columns.add_column, columns.add_field, columns.rename_field, columns.set_default) * 2,
    *(definitions.create_view, definitions.create_macro) * 2,
    *(tables.create_schema, tables.replace_table, tables.create_table_as),
    *(definitions.create_table_macro, definitions.replace_view, definitions.replace_macro),
)
KINDS: tuple[Kind, ...] = (
    *MADE,
    *(tables.drop_schema, tables.drop_table, tables.rename_table, tables.partition, tables.unpartition),
    *(tables.sort, tables.unsort, tables.comment, tables.set_option),
    *(columns.drop_column, columns.rename_column, columns.set_not_null, columns.drop_not_null, columns.drop_default),
    *(columns.widen, columns.drop_field, columns.comment_column),
    *(definitions.rename_view, definitions.drop_view, definitions.drop_macro),
)


class Dice:
    """Statements of all kinds: every kind comes up in every round."""

    def __init__(self, random: Random, catalog: str) -> None:
        self._random = random
        self._catalog = catalog
        self._round: list[Kind] = []

    def statement(self, schema: SchemaDocument) -> str:
        """Return a statement for a lake of this schema; the lake may refuse it."""
        while True:
            self._round = self._round or self._random.sample(KINDS, len(KINDS))
            with suppress(IndexError):
                return self._round.pop()(Shape(self._random, schema, self._catalog))
