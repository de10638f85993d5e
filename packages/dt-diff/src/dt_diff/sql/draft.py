"""Statements gathered in any order, and laid out in the one in which they run."""

from enum import IntEnum, auto

from dt_diff.sql.script import LeftOver, LeftOverKind, Part, Statement


class Phase(IntEnum):
    """The order within a part."""

    SCHEMA = auto()
    DROP = auto()
    RENAME = auto()
    FUNCTION = auto()
    """Macros that defaults call."""
    TABLE = auto()
    DEFINITION = auto()
    """Macros and views."""
    DROP_SCHEMA = auto()
    OPTION = auto()


class Draft:
    """What is to be done. Parts are counted from 0; one without a statement is left out."""

    def __init__(self) -> None:
        self._statements: dict[tuple[int, Phase], list[Statement]] = {}
        self._left_over: list[LeftOver] = []

    def add(self, phase: Phase, *statements: Statement | str, part: int = 0) -> None:
        """Add statements, which run after what was added to the phase of that part before."""
        found = self._statements.setdefault((part, phase), [])
        found += (Statement(item) if isinstance(item, str) else item for item in statements)

    def leave(self, kind: LeftOverKind, name: str, why: str) -> None:
        """Take note of a difference that stays."""
        self._left_over.append(LeftOver(kind, name, why))

    @property
    def last(self) -> int:
        """The last part that has statements, 0 without any."""
        return max((part for part, _ in self._statements), default=0)

    def parts(self) -> tuple[Part, ...]:
        """Return the statements of each part in their order."""
        found: dict[int, list[Statement]] = {}
        for place in sorted(self._statements):
            found.setdefault(place[0], []).extend(self._statements[place])
        return tuple(tuple(part) for part in found.values() if part)

    def left_over(self) -> tuple[LeftOver, ...]:
        """Return what stays, by kind and name."""
        return tuple(sorted(self._left_over))
