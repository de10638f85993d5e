"""A table as random statements have made it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from support.one_transaction.types import Type

TABLE = "{t}"
"""What stands for the table's name in a statement."""

SMALL, LARGE = (1, 4), (11, 30)
"""How many rows a small INSERT has, which DuckLake keeps in the catalog, and a large one."""


@dataclass
class Column:
    """A column as the statements until now have made it."""

    name: str
    type: Type
    not_null: bool = False
    default: bool = False


@dataclass
class Table:
    """A table as the statements until now have made it. `number` is what the next rows count from."""

    random: Random
    columns: list[Column] = field(default_factory=list)
    partition: list[str] = field(default_factory=list)
    sort: list[str] = field(default_factory=list)
    number: int = 1
    suffix: str = ""
    names: int = 0

    @property
    def name(self) -> str:
        """Return its name, or rather what stands for that."""
        return TABLE + self.suffix

    def column(self, accept: Callable[[Column], bool] = lambda column: True) -> Column | None:
        """Return a random column."""
        found = [column for column in self.columns if accept(column)]
        return self.random.choice(found) if found else None

    def new_name(self) -> str:
        """Return a name that no column has had."""
        self.names += 1
        return f"c{self.names}"

    def numbers(self, sizes: tuple[int, int]) -> str:
        """Return the FROM that yields rows with numbers `r` of their own."""
        first = self.number
        self.number += self.random.randint(*sizes)
        return f"range({first}, {self.number}) AS x(r)"


def alter(table: Table, what: str) -> str:
    """Return an ALTER TABLE."""
    return f"ALTER TABLE {table.name} {what}"
