"""Renames in an order in which each finds its new name free: of tables, of columns, or of fields."""

from collections.abc import Iterable, Sequence

from dt_contract.identifiers import fold

Renames = list[tuple[str, str]]
"""Old and new names."""


class FreeNames:
    """Names that nothing bears."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = taken
        self._folded: set[str] = set()

    def beside(self, name: str) -> str:
        """Return a new name that tells what it stands for: `a__old`, or `a__old2`."""
        self._folded = self._folded or set(map(fold, self._taken))
        number, found = 1, f"{name}__old"
        while fold(found) in self._folded:
            number += 1
            found = f"{name}__old{number}"
        self._folded.add(fold(found))
        return found


def rename_steps(renames: Sequence[tuple[str, str]], free: FreeNames) -> Renames:
    """Return the renames so that each new name is free when its turn comes, where need be through a third name."""
    waiting = {fold(old): (old, new) for old, new in renames}
    steps: Renames = []
    for first, _ in renames:
        chain: Renames = []
        key = fold(first)
        while key in waiting:
            chain.append(waiting.pop(key))
            key = fold(chain[-1][1])
        if chain and key == fold(first):
            third = free.beside(first)
            steps += [(first, third), *reversed(chain[1:]), (third, chain[0][1])]
        else:
            steps += reversed(chain)
    return steps
