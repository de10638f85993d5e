"""Compares what one transaction of statements leaves in a lake with what they leave in plain DuckDB, one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import duckdb

from support.one_transaction.answers import Rows, ask, columns, extremes, queries, rows
from support.one_transaction.keys import Keys, comments, keys
from support.one_transaction.lake import MAINTENANCE, REFUSED, Bench, Run, first_line
from support.one_transaction.plain import PlainTable
from support.one_transaction.statistics import Path, has_value, without_minimum
from support.one_transaction.steps import Sequence

Case = tuple[Sequence, PlainTable]


@dataclass(frozen=True)
class Outcome:
    """What came of a sequence: `right`, `wrong`, `refused`, `loud` (DuckLake fails), `invalid` (the past fails)."""

    kind: str
    detail: str = ""


RIGHT = Outcome("right")


@dataclass(frozen=True)
class _Expected:
    columns: Rows
    rows: Rows
    keys: Keys


def judge(bench: Bench, cases: list[Case], random: Random | None = None, *, maintain: bool = True) -> list[Outcome]:
    """Return what came of each sequence. They share a lake, in a table each; `random` makes it ask less.

    `maintain` has the lake's files rewritten, and another row inserted, and asks again.
    """
    return _Batch(bench, cases, random, maintain).run()


class _Batch:
    """Sequences in one lake. What costs is a commit, and a query: they share the commits."""

    def __init__(self, bench: Bench, cases: list[Case], random: Random | None, maintain: bool) -> None:
        self._bench, self._random, self._maintain = bench, random, maintain
        self._sequences = [sequence for sequence, _ in cases]
        self._plain = [plain for _, plain in cases]
        self._outcomes: dict[int, Outcome] = {}
        self._expected = self._read_expected() if cases else []

    def run(self) -> list[Outcome]:
        self._lake(list(range(len(self._sequences))))
        for plain in self._plain:
            plain.drop()
        return [self._outcomes[at] for at in range(len(self._sequences))]

    def _read_expected(self) -> list[_Expected]:
        connection = self._plain[0].connection
        shapes, said = columns(connection, "memory"), comments(connection)
        return [
            _Expected(
                shapes[plain.name],
                plain.rows,
                (list(sequence.partition), list(sequence.sort), said.get(plain.name)),
            )
            for sequence, plain in zip(self._sequences, self._plain, strict=True)
        ]

    def _lake(self, todo: list[int]) -> None:
        """Run them in a new lake; what one makes unreadable takes the others with it: then in halves."""
        self._bench.new_lake()
        committed = todo
        try:
            committed = self._one_by_one(todo, is_body=False)
            is_each = self._bench.way == "each"
            committed = self._one_by_one(committed, is_body=True) if is_each else self._bodies(committed)
            self._bench.reopen()
            self._check(committed, "reopened", self._all)
            if self._maintain:
                for text in MAINTENANCE:
                    self._bench.connection.execute(text).fetchall()
                self._check(committed, "maintained", self._all)
                self._check(committed, "with another row", self._probe)
        except duckdb.Error as error:
            if len(todo) == 1:
                self._outcomes[todo[0]] = Outcome("wrong", f"the lake: {first_line(error)}")
                return
            for at in committed:
                self._outcomes.pop(at, None)
            for half in (committed[::2], committed[1::2]) if len(committed) > 1 else [committed]:
                self._lake(half)
            return
        for at in committed:
            self._outcomes.setdefault(at, RIGHT)

    def _one_by_one(self, todo: list[int], *, is_body: bool) -> list[int]:
        """Commit the first statement of all, then the second …; return which of them have not failed."""
        parts = {at: self._sequences[at].body if is_body else self._sequences[at].before for at in todo}
        for number in range(max(map(len, parts.values()), default=0)):
            have = [at for at, steps in parts.items() if number < len(steps) and at not in self._outcomes]
            self._commit({at: ([parts[at][number]], f"t{at}") for at in have}, "loud" if is_body else "invalid")
        return [at for at in todo if at not in self._outcomes]

    def _bodies(self, todo: list[int]) -> list[int]:
        """Run the transactions as one, after each on its own and rolled back; return which committed."""
        runs: dict[int, Run] = {at: (self._sequences[at].body, f"t{at}") for at in todo}
        for at, run in runs.items():
            if failed := self._bench.rehearse(*run):
                self._fail(at, failed, "loud")
        return self._commit({at: run for at, run in runs.items() if at not in self._outcomes}, "loud")

    def _commit(self, runs: dict[int, Run], kind: str) -> list[int]:
        """Commit them together; what fails is left out, where the COMMIT fails it is sought by halves."""
        if not runs:
            return []
        at, error = self._bench.together(runs, guarded=kind == "loud")
        if not error:
            return list(runs)
        items = list(runs.items())
        if at is None and len(items) > 1:
            half = len(items) // 2
            return [*self._commit(dict(items[:half]), kind), *self._commit(dict(items[half:]), kind)]
        at = items[0][0] if at is None else at
        self._fail(at, error, kind)
        return self._commit({other: run for other, run in items if other != at}, kind)

    def _fail(self, at: int, error: str, kind: str) -> None:
        self._outcomes[at] = Outcome("refused" if error.startswith(REFUSED) else kind, error)

    def _check(self, which: list[int], phase: str, check: Callable[[int, str], str | None]) -> None:
        """Ask about each table, in one transaction. Raises DuckDB's error if the lake can't be read at all."""
        connection = self._bench.connection
        connection.execute("USE memory.main")  # A lake that is used is asked for each function too.
        connection.execute("BEGIN")
        self._columns, self._keys = columns(connection, "lake"), keys(connection)
        in_any_order = self._bench.way in ("plain", "large")  # They are asked whether a refusal is right.
        self._unknown = without_minimum(connection, in_any_order=in_any_order) if phase == "reopened" else {}
        for at in which:
            if at in self._outcomes:
                continue
            try:
                found = check(at, self._table(at))
            except duckdb.Error as error:
                found = first_line(error)
                connection.execute("ROLLBACK")
                connection.execute("BEGIN")
            if found:
                self._outcomes[at] = Outcome("wrong", f"{phase}: {found}")
        connection.execute("COMMIT")
        connection.execute("USE lake")

    def _table(self, at: int) -> str:
        steps = (*self._sequences[at].before, *self._sequences[at].body)
        return f"t{at}" + "_n" * (sum(step.kind == "rename table" for step in steps) % 2)

    def _all(self, at: int, table: str) -> str | None:
        expected = self._expected[at]
        if (found := self._columns.get(table)) != expected.columns:
            return f"columns {_unlike(found or [], expected.columns)}"
        if (found_keys := self._keys.get(table)) != expected.keys:
            return f"keys and comment {found_keys} instead of {expected.keys}"
        have = rows(self._bench.connection, f"lake.{table}")
        if have != expected.rows:
            return f"rows {_unlike(have, expected.rows)}"
        if path := self._without_minimum(at, table):
            return f"no minimum of {'.'.join(path)} in the statistics"
        return self._ask(at, table, queries(expected.columns, expected.rows, self._random))

    def _without_minimum(self, at: int, table: str) -> Path | None:
        """Return a column with values of which the statistics know no minimum.

        DuckLake takes those of the next INSERT for those of all rows then. Whether a query finds too little depends on
        what that inserts, on what is deleted by then, and on the column's type; so it is wrong as it is.
        """
        expected = self._expected[at]
        names = [column[0] for column in expected.columns]
        for path in self._unknown.get(table, []):
            if has_value([row[names.index(path[0])] for row in expected.rows], path[1:]):
                return path
        return None

    def _ask(self, at: int, table: str, texts: list[str]) -> str | None:
        plain = self._plain[at]
        seen, expected = ask(self._bench.connection, texts, f"lake.{table}"), ask(plain.connection, texts, plain.name)
        return f"answers {_unlike(seen, expected)}" if seen != expected else None

    def _probe(self, at: int, table: str) -> str | None:
        """Insert a row that has as many defaults as can be."""
        plain, connection, shape = self._plain[at], self._bench.connection, self._expected[at].columns
        given = _without_default(plain) or [shape[0][0]]
        listed, values = (", ".join(form.format(name) for name in given) for form in ('"{}"', 'max("{}")'))
        text = f"INSERT INTO {{t}} ({listed}) SELECT {values} FROM {{t}}"
        if not self._expected[at].rows:
            return None
        plain.connection.execute(text.replace("{t}", plain.name))
        connection.execute(text.replace("{t}", f"lake.{table}"))
        have, expected = rows(connection, f"lake.{table}"), plain.rows
        return f"rows {_unlike(have, expected)}" if have != expected else self._ask(at, table, extremes(shape))


def _without_default(plain: PlainTable) -> list[str]:
    """Return the columns that an INSERT must give a value."""
    query = (
        "SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND NOT is_nullable AND column_default IS NULL"
    )
    return [name for (name,) in plain.connection.execute(query, [plain.name]).fetchall()]


def _unlike(seen: Rows, expected: Rows) -> str:
    more, lost = [row for row in seen if row not in expected], [row for row in expected if row not in seen]
    return f"{more[:3]} instead of {lost[:3]}"
