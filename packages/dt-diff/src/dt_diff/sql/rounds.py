"""The statements on one table, in as many rounds as DuckLake needs transactions."""

from enum import IntEnum, auto

from dt_diff.sql.draft import Draft, Phase
from dt_diff.sql.script import Statement

_WHY_UPDATE = "DuckLake sets NOT NULL only after an UPDATE of all rows in the same transaction"


class Slot(IntEnum):
    """The order within a round."""

    DROP = auto()
    EXPRESSION = auto()
    """Defaults that are no literals: DuckLake takes one only for a column that was never altered."""
    RENAME = auto()
    FIELD = auto()
    COLUMN = auto()
    ADD = auto()
    UPDATE = auto()
    NOT_NULL = auto()
    KEY = auto()
    LATE_DROP = auto()
    COMMENT = auto()
    TYPE = auto()


class Rounds:
    """What is to be done with the table `name`, as SQL has it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._statements: dict[tuple[int, Slot], list[Statement]] = {}
        self._values: dict[int, dict[str, str]] = {}

    def add(self, slot: Slot, statement: Statement | str, *, round_: int = 0) -> None:
        """Add a statement after those of its slot."""
        made = Statement(statement) if isinstance(statement, str) else statement
        self._statements.setdefault((round_, slot), []).append(made)

    def alter(self, slot: Slot, action: str, *comments: str, round_: int = 0) -> None:
        """Add an ALTER TABLE."""
        self.add(slot, Statement(f"ALTER TABLE {self.name} {action}", comments), round_=round_)

    def give(self, column: str, value: str, *, round_: int = 0) -> None:
        """Give all rows a value of a column; a round has one UPDATE for all columns."""
        self._values.setdefault(round_, {})[column] = value

    def forbid_null(self, column: str, value: str, *, round_: int = 0) -> None:
        """Give all rows a value of a column, and set NOT NULL."""
        self.give(column, value, round_=round_)
        self.alter(Slot.NOT_NULL, f"ALTER COLUMN {column} SET NOT NULL", round_=round_)

    @property
    def last_update(self) -> int:
        """The last round that has an UPDATE, -1 without any."""
        return max(self._values, default=-1)

    def write(self, draft: Draft) -> None:
        """Add all of it to the parts: the first round to the first part."""
        for round_, values in self._values.items():
            assigned = ", ".join(f"{column} = {value}" for column, value in values.items())
            why = (_WHY_UPDATE,) if (round_, Slot.NOT_NULL) in self._statements else ()
            self.add(Slot.UPDATE, Statement(f"UPDATE {self.name} SET {assigned}", why), round_=round_)
        for (round_, _), statements in sorted(self._statements.items()):
            draft.add(Phase.TABLE, *statements, part=round_)
