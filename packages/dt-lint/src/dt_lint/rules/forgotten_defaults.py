"""ALTER … TYPE of a column that was added with a default, and then a statement that reads rows older than the column.

Until COMMIT, DuckLake reads NULL for the column in them, and an UPDATE of such a row, or INSERT … SELECT, stores that.
docs/ducklake-facts.md#type-and-then-reads
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from dt_contract.identifiers import fold
from dt_lake.sql import literal
from dt_lake.tokens import Token, tokens
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import Effect
from dt_lint.script.initial_defaults import has_initial_default
from dt_lint.script.names import Name
from dt_lint.script.query_names import named_in
from dt_lint.script.statements import Statement
from dt_lint.script.tables import (
    Path,
    Tables,
    field,
    plain_types,
    present_names,
    renamed_path,
    renamed_paths,
    with_files,
)

_CODE = "DL415"
_READS = frozenset({"select", "call", "copy_to", "execute", "other"})
_MOVES = frozenset({"update", "merge"})
_QUERIES = """
SELECT view_name FROM duckdb_views() WHERE database_name = {lake}
UNION SELECT function_name FROM duckdb_functions() WHERE database_name = {lake}
"""


class _Lost(msgspec.Struct):
    """A column of which the rows in `places`, which are older, read NULL."""

    path: Path
    places: set[str]
    rows: int = 0


class _Table(msgspec.Struct):
    committed: Name | None
    name: Name | None = None
    added: set[Path] = msgspec.field(default_factory=set)
    """With a default."""
    former: dict[str, str] = msgspec.field(default_factory=dict)
    """The names of columns, and fields, before the transaction, by their new ones."""
    lost: list[_Lost] = msgspec.field(default_factory=list)


class ForgottenDefaults(LakeWatch):
    """Follows the columns whose type changes, and asks the lake which rows then read NULL."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._tables = Tables(transaction.scripts, _Table)
        self._readers = sum(
            _reads(statement.effect) for script in transaction.scripts for statement in script.statements
        )
        self._values: dict[Path, Counter[str]] = {}

    def before(self, statement: Statement) -> None:
        """Raise CorruptsLake if a statement would read NULL for what is not."""
        effect = statement.effect
        self._readers -= _reads(effect)
        for table in self._tables if _reads(effect) else ():
            for lost in table.lost:
                if self._may_read(statement, table, lost):
                    raise _corrupts(lost)
                lost.rows = self._rows(table, lost) if effect.action in _MOVES else 0
        retyped = self._tables.follow(effect) if effect.action == "alter_type" else None
        self._values = self._read_values(retyped, effect) if retyped and self._readers else {}

    def after(self, statement: Statement) -> None:
        """Raise CorruptsLake if a statement has written rows with a NULL that is none."""
        effect = statement.effect
        table = self._tables.follow(effect)
        if table is None:
            return
        table.name = effect.names[-1]
        table.added = renamed_paths(table.added, effect)
        if effect.action == "add_column" and effect.has_default:
            table.added.add(effect.path)
        if effect.action == "rename_column":
            table.former[effect.new_name] = table.former.pop(effect.path[-1], effect.path[-1])
        for lost in table.lost if effect.action in _MOVES else ():
            if not _is_assigned(statement, lost) and self._rows(table, lost) < lost.rows:
                raise _corrupts(lost)
        table.lost = [replace(lost, path=path) for lost in table.lost if (path := renamed_path(lost.path, effect))]
        if self._values:
            table.lost += self._forgotten(effect)

    def _read_values(self, table: _Table, effect: Effect) -> dict[Path, Counter[str]]:
        """Return how many values the column, and the fields in it, have by file, if it was added with a default."""
        is_added = any(path[: len(effect.path)] == effect.path for path in table.added)
        former = table.former.get(effect.path[-1], effect.path[-1])
        return self._counts(effect) if is_added or has_initial_default(self._lake, table.committed, former) else {}

    def _forgotten(self, effect: Effect) -> Iterator[_Lost]:
        for path, found in self._counts(effect).items():
            if places := set(self._values.get(path, Counter()) - found):
                yield _Lost(path, places)

    def _counts(self, effect: Effect) -> dict[Path, Counter[str]]:
        assert effect.target is not None
        found: dict[Path, Counter[str]] = {}
        for place, types in plain_types(self._lake, effect.target, effect.path[0]).items():
            counts = ", ".join(f"count({field(path)})" for path in types)
            query = f"SELECT filename, {counts} FROM {with_files(self._lake, place)} GROUP BY filename"
            for file, *values in self._lake.connection.execute(query).fetchall():
                for path, count in zip(types, values, strict=True):
                    found.setdefault(path, Counter())[file] += count
        return found

    def _rows(self, table: _Table, lost: _Lost) -> int:
        """Return how many of the older rows are where they were."""
        assert table.name is not None
        listed = ", ".join(map(literal, sorted(lost.places)))
        found = 0
        for place in present_names(self._lake, table.name):
            query = f"SELECT count(*) FROM {with_files(self._lake, place)} WHERE filename IN ({listed})"
            row = self._lake.connection.execute(query).fetchone()
            assert row is not None
            found += row[0]
        return found

    def _may_read(self, statement: Statement, table: _Table, lost: _Lost) -> bool:
        """Whether a statement reads the column, or the table in a query, or a view or macro, which may read it."""
        effect, cut = statement.effect, tokens(statement.core)
        assert table.name is not None
        named = named_in(cut)
        if statement.keyword == "EXECUTE" or (named and self._queries() & {name.parts[-1] for name in named}):
            return True
        if effect.target and effect.target.name == table.name.name and effect.action in ("update", "delete", "merge"):
            return any(token.name == lost.path[0] for token in _read(cut))
        return any(name.kind == "relation" and name.parts[-1] == table.name.name for name in named)

    def _queries(self) -> set[str]:
        rows = self._lake.connection.execute(_QUERIES.format(lake=literal(self._lake.catalog))).fetchall()
        return {fold(name) for (name,) in rows}


def _reads(effect: Effect) -> bool:
    return effect.writes_rows or effect.has_query or effect.action in _READS


def _is_assigned(statement: Statement, lost: _Lost) -> bool:
    """Whether the rows that an UPDATE or MERGE changes get another value of the column."""
    cut = tokens(statement.core)
    return any(_is_assignment(cut, at) and token.name == lost.path[0] for at, token in enumerate(cut))


def _read(cut: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens but the columns that are assigned, and those in the list behind INSERT."""
    in_list = False
    for at, token in enumerate(cut):
        in_list = (
            in_list or (token.keyword == "(" and at > 0 and cut[at - 1].keyword == "INSERT")
        ) and token.keyword != ")"
        if not in_list and not _is_assignment(cut, at):
            yield token


def _is_assignment(cut: Sequence[Token], at: int) -> bool:
    is_first = at > 0 and cut[at - 1].keyword in ("SET", ",")
    return is_first and at + 1 < len(cut) and cut[at + 1].keyword == "="


def _corrupts(lost: _Lost) -> CorruptsLake:
    return CorruptsLake(
        f"reads rows that are older than the column {'.'.join(lost.path)} after its TYPE in one transaction, and would "
        "take its default for NULL in this build of DuckLake; move this statement before the TYPE, or into a migration "
        "of its own (not --transaction all)",
        _CODE,
    )


RULE = Rule(_CODE, "rows are read after the TYPE of a column that was added with a default", watch=ForgottenDefaults)
