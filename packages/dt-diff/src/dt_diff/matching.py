"""Finds which object of one side is which object of the other, in linear time."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


def _always(_before: object, _after: object) -> bool:
    return True


class Rule(NamedTuple, Generic[T]):
    """Two objects are the same when their keys are equal and `allows` agrees; a key of None matches nothing."""

    key: Callable[[T], Hashable]
    allows: Callable[[T, T], bool] = _always


class Matches(NamedTuple, Generic[T]):
    """The objects of both sides, those only of the first side and those only of the second."""

    pairs: Sequence[tuple[T, T]]
    removed: Sequence[T]
    added: Sequence[T]


def match(before: Sequence[T], after: Sequence[T], rules: Sequence[Rule[T]]) -> Matches[T]:
    """Pair the objects by the first rule, then those that are left by the next one, and so on."""
    pairs: list[tuple[T, T]] = []
    for rule in rules:
        if not before or not after:
            break
        found, before, after = _apply(rule, before, after)
        pairs += found
    return Matches(pairs, before, after)


def _apply(rule: Rule[T], before: Sequence[T], after: Sequence[T]) -> Matches[T]:
    waiting: dict[Hashable, list[T]] = {}
    # Reversed, so that `pop` takes the first of several with one key.
    for item in reversed(after):
        waiting.setdefault(rule.key(item), []).append(item)
    unmatchable = waiting.pop(None, [])
    pairs: list[tuple[T, T]] = []
    removed: list[T] = []
    for item in before:
        candidates = waiting.get(rule.key(item))
        if candidates and rule.allows(item, candidates[-1]):
            pairs.append((item, candidates.pop()))
        else:
            removed.append(item)
    added = unmatchable + [item for items in waiting.values() for item in items]
    return Matches(pairs, removed, added)
