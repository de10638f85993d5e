"""Compares what one transaction of statements leaves in a lake with what they leave in plain DuckDB, one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import duckdb

from support.one_transaction.answers import Rows, ask, columns, extremes, queries, rows
from support.one_transaction.lake import MAINTENANCE, REFUSED, Bench, first_line
from support.one_transaction.plain import PlainTable
from support.one_transaction.steps import Sequence

Case = tuple[Sequence, PlainTable]


@dataclass(frozen=True)
class Outcome:
    """What came of a sequence: `right`, `wrong`, `refused`, `loud` (DuckLake fails), `invalid` (the past fails)."""

    kind: str
    detail: str = ""


RIGHT = Outcome("right")


def judge(bench: Bench, cases: list[Case], random: Random | None = None) -> list[Outcome]:
    """Return what came of each sequence. They share a lake, in a table each; `random` makes it ask less."""
    return _Batch(bench, cases, random).run()


class _Batch:
    def __init__(self, bench: Bench, cases: list[Case], random: Random | None) -> None:
        self._bench, self._random = bench, random
        self._sequences = [sequence for sequence, _ in cases]
        self._plain = [plain for _, plain in cases]
        self._outcomes: dict[int, Outcome] = {}

    def run(self) -> list[Outcome]:
        while rest := [at for at in range(len(self._sequences)) if at not in self._outcomes]:
            self._lake(rest)
        for plain in self._plain:
            plain.drop()
        return [self._outcomes[at] for at in range(len(self._sequences))]

    def _lake(self, todo: list[int]) -> None:
        """Run them in a new lake; what one makes unreadable may take the others with it, which then run again."""
        self._bench.new_lake()
        self._before(todo)
        committed = self._bodies([at for at in todo if at not in self._outcomes])
        try:
            self._bench.reopen()
            self._check(committed, "reopened", self._all)
            for text in MAINTENANCE:
                self._bench.connection.execute(text).fetchall()
        except duckdb.Error as error:
            if any(at in self._outcomes for at in todo):
                return
            if len(todo) == 1:
                self._outcomes[todo[0]] = Outcome("wrong", f"the lake: {first_line(error)}")
            for at in todo if len(todo) > 1 else []:
                self._lake([at])
            return
        self._check(committed, "maintained", self._all)
        self._check(committed, "with another row", self._probe)
        for at in committed:
            self._outcomes.setdefault(at, RIGHT)

    def _before(self, todo: list[int]) -> None:
        """Commit the statements before, those of all tables at once: a commit costs more than a statement."""
        for number in range(max(len(self._sequences[at].before) for at in todo)):
            steps = {
                at: self._sequences[at].before[number]
                for at in todo
                if at not in self._outcomes and number < len(self._sequences[at].before)
            }
            self._bench.connection.execute("BEGIN")
            failed = [at for at, step in steps.items() if self._bench.run([step], f"t{at}")]
            if not failed:
                self._bench.connection.execute("COMMIT")
                continue
            self._bench.connection.execute("ROLLBACK")
            for at, step in steps.items():
                if error := self._bench.run([step], f"t{at}"):
                    self._outcomes[at] = Outcome("invalid", error)

    def _bodies(self, todo: list[int]) -> list[int]:
        """Run the transactions, until one breaks the lake; return which of them committed."""
        committed = []
        for at in todo:
            failed = self._bench.run_together(self._sequences[at].body, f"t{at}")
            if failed and failed.startswith(REFUSED):
                self._outcomes[at] = Outcome("refused", failed)
            elif failed:
                self._outcomes[at] = Outcome("loud", failed)
                if "INTERNAL" in failed:
                    break
            else:
                self._check([at], "committed", self._rows)
                if at in self._outcomes:
                    break
                committed.append(at)
        return committed

    def _check(self, which: list[int], phase: str, check: Callable[[int, str], str | None]) -> None:
        for at in which:
            if at in self._outcomes:
                continue
            try:
                found = check(at, self._table(at))
            except duckdb.Error as error:
                found = first_line(error)
            if found:
                self._outcomes[at] = Outcome("wrong", f"{phase}: {found}")

    def _table(self, at: int) -> str:
        steps = (*self._sequences[at].before, *self._sequences[at].body)
        return f"t{at}" + "_n" * (sum(step.kind == "rename table" for step in steps) % 2)

    def _rows(self, at: int, table: str) -> str | None:
        have, content = rows(self._bench.connection, table), self._plain[at].rows
        return None if have == content else f"rows {_unlike(have, content)}"

    def _all(self, at: int, table: str) -> str | None:
        plain, connection = self._plain[at], self._bench.connection
        shape, content = plain.columns, plain.rows
        keys = (list(self._sequences[at].partition), list(self._sequences[at].sort), plain.comment)
        if (found := columns(connection, "lake", table)) != shape:
            return f"columns {_unlike(found, shape)}"
        if (found_keys := _keys(connection, table)) != keys:
            return f"keys and comment {found_keys} instead of {keys}"
        texts = queries(shape, content, self._random)
        seen, expected = ask(connection, texts, table), ask(plain.connection, texts, plain.name)
        return self._rows(at, table) or (f"answers {_unlike(seen, expected)}" if seen != expected else None)

    def _probe(self, at: int, table: str) -> str | None:
        """Insert a row that has as many defaults as can be."""
        plain, connection = self._plain[at], self._bench.connection
        shape = plain.columns
        given = [column[0] for column in shape if not column[2]] or [shape[0][0]]
        listed, values = (", ".join(form.format(name) for name in given) for form in ('"{}"', 'max("{}")'))
        text = f"INSERT INTO {{t}} ({listed}) SELECT {values} FROM {{t}}"
        if not plain.rows:
            return None
        plain.connection.execute(text.replace("{t}", plain.name))
        connection.execute(text.replace("{t}", table))
        query = [extremes(shape)]
        seen, expected = ask(connection, query, table), ask(plain.connection, query, plain.name)
        return self._rows(at, table) or (f"answers {_unlike(seen, expected)}" if seen != expected else None)


def _unlike(seen: Rows, expected: Rows) -> str:
    more, lost = [row for row in seen if row not in expected], [row for row in expected if row not in seen]
    return f"{more[:3]} instead of {lost[:3]}"


def _keys(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[list[str], list[str], str | None]:
    """Return the partition keys, sort keys and comment of a table."""
    kinds = ("table", "column", "partition_info", "partition_column", "sort_info", "sort_expression", "tag")
    names = {kind: f"__ducklake_metadata_lake.ducklake_{kind}" for kind in kinds}
    query = """
    WITH t AS (SELECT table_id FROM {table} WHERE end_snapshot IS NULL AND table_name = '{name}')
    SELECT
      (SELECT list(column_name) FROM {partition_info} i JOIN {partition_column} p USING (partition_id)
       JOIN {column} c ON c.column_id = p.column_id AND c.table_id = i.table_id AND c.end_snapshot IS NULL
       WHERE i.end_snapshot IS NULL AND i.table_id IN (FROM t)),
      (SELECT list(expression) FROM {sort_info} i JOIN {sort_expression} e USING (sort_id)
       WHERE i.end_snapshot IS NULL AND i.table_id IN (FROM t)),
      (SELECT any_value(value) FROM {tag} WHERE end_snapshot IS NULL AND object_id IN (FROM t))
    """
    row = connection.execute(query.format(**names, name=table)).fetchone()
    assert row is not None
    return [name for name in row[0] or [] if name], [name.strip('"') for name in row[1] or [] if name], row[2]
