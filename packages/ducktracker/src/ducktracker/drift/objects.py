"""Objects of a lake by what they are followed by: their id, and their name as DuckDB folds it. Pure."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from dt_contract.schema import Macro, Schema, Table, View

T = TypeVar("T", Schema, Table, View, Macro)


class Objects(Generic[T]):
    """The objects of a kind by id, and the ids by name."""

    def __init__(self, key: Callable[[T], object], items: Iterable[T]) -> None:
        self._key: Callable[[T], object] = key
        self.by_id: dict[int, T] = {}
        self._ids: dict[object, list[int]] = {}
        for item in items:
            self.put(item)

    def put(self, item: T) -> None:
        self.pop(item.id or 0)
        self.by_id[item.id or 0] = item
        self._ids.setdefault(self._key(item), []).append(item.id or 0)

    def pop(self, object_id: int) -> None:
        item = self.by_id.pop(object_id, None)
        if item is not None:
            self._ids[self._key(item)].remove(object_id)

    def named(self, like: T) -> list[T]:
        """Those of the same name as another object."""
        return [self.by_id[key] for key in self._ids.get(self._key(like), ())]


def take(kind: Objects[T], item: T, lives: Callable[[int], bool]) -> None:
    """Remove the objects that were lost under the name of an item."""
    for lost in kind.named(item):
        if lost.id != item.id and not lives(lost.id or 0):
            kind.pop(lost.id or 0)
