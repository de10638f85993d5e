"""Views and macros whose bodies read the past of a table, themselves or through others."""

from collections.abc import Collection, Iterator, Sequence, Set

import msgspec

from dt_lint.script.names import Name
from dt_lint.script.query_names import Named


class KeptQuery(msgspec.Struct, frozen=True):
    """A view or macro: the tables of which it reads the past, and what else it names."""

    kind: str
    name: Name
    past: tuple[Name, ...]
    named: frozenset[Named]

    def is_gone(self, gone: Set[tuple[str, Name]]) -> bool:
        """Whether it is sure to be one of these, which are dropped, replaced or renamed."""
        return len(self.name.schemas) == 1 and (self.kind, self.name) in gone


class PastReaders:
    """Tells which views and macros read the past of a table, themselves or through others."""

    def __init__(self, kept: Sequence[KeptQuery]) -> None:
        self._direct = [item for item in kept if item.past]
        self._naming: dict[str, list[KeptQuery]] = {}
        self._schemas = {schema for item in kept for schema in item.name.schemas}
        for item in kept if self._direct else ():
            for last in {named.parts[-1] for named in item.named}:
                self._naming.setdefault(last, []).append(item)

    def of(self, changed: Collection[Name]) -> Iterator[KeptQuery]:
        """Return those that read the past of one of these tables."""
        waiting = [
            item for item in self._direct if any(_may_be_one(past, one) for past in item.past for one in changed)
        ]
        found: set[int] = set()
        while waiting:
            item = waiting.pop()
            if id(item) not in found:
                found.add(id(item))
                yield item
                naming = self._naming.get(item.name.name, ())
                waiting += [other for other in naming if self.is_among(item, other.named)]

    def is_among(self, item: KeptQuery, named: frozenset[Named]) -> bool:
        """Whether one of the names may be the object's; `x.f()` may be a function of a column."""
        for one in named:
            if one.parts[-1] == item.name.name and (one.kind == "function") == (item.kind == "macro"):
                schema = one.parts[-2] if len(one.parts) > 1 else None
                if schema not in self._schemas or not item.name.schemas or schema in item.name.schemas:
                    return True
        return False


def _may_be_one(one: Name, other: Name) -> bool:
    is_anywhere = not one.schemas or not other.schemas
    return one.name == other.name and (is_anywhere or bool({*one.schemas} & {*other.schemas}))
