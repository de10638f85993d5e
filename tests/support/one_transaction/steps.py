"""Random statements that are valid one after the other on one table."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from random import Random

from support.one_transaction.makers import MAKERS
from support.one_transaction.table import TABLE, Table


@dataclass(frozen=True)
class Step:
    """A statement, and the kind that it is counted as."""

    kind: str
    sql: str

    def on(self, table: str) -> str:
        """Return the statement about a table."""
        return self.sql.replace(TABLE, table)


@dataclass(frozen=True)
class Sequence:
    """Statements on one table: those before, each in a transaction of its own, and those that share one."""

    before: tuple[Step, ...]
    body: tuple[Step, ...]
    partition: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    """The keys that the table should have in the end."""

    def text(self) -> str:
        """Return it as SQL to read."""
        return "\n".join(
            [*(step.sql for step in self.before), "-- in one transaction", *(step.sql for step in self.body)]
        )


WEIGHTS = {kind: 2 for kind in MAKERS if kind != "create"} | {
    "insert small": 8,
    "insert large": 6,
    "update": 5,
    "delete": 4,
    "merge": 4,
    "delete all": 1,
}

BEFORE = WEIGHTS | {"insert small": 14, "insert large": 10, "partition": 3, "sort": 3}


def _step(table: Table, kinds: dict[str, int]) -> Step:
    """Return a statement of one of these kinds, by weight, that is possible now."""
    while True:
        (kind,) = table.random.choices(list(kinds), list(kinds.values()))
        sql = MAKERS[kind](table)
        if sql:
            return Step(kind, sql)


def sequence(random: Random, accepts: Callable[[Step], bool], weights: dict[str, int] | None = None) -> Sequence:
    """Return random statements: the table is new in the transaction, or has a past of up to five transactions.

    `accepts` runs a statement and says whether it is valid.
    """
    table = Table(random)
    create = _step(table, {"create": 1})
    accepts(create)
    is_new = random.random() < 0.25

    def more(weights: dict[str, int], times: int) -> list[Step]:
        found: list[Step] = []
        nonlocal table
        while len(found) < times:
            tried = deepcopy(table)
            tried.random = random
            step = _step(tried, weights)
            if accepts(step):
                found.append(step)
                table = tried
            else:
                table.number, table.names = tried.number, tried.names
        return found

    before = [] if is_new else [create, *more(BEFORE, random.choice((0, 1, 1, 2, 3, 4)))]
    body = [create] * is_new + more(weights or WEIGHTS, random.randint(2, 6))
    return Sequence(tuple(before), tuple(body), tuple(table.partition), tuple(table.sort))
