"""Rows, a new column, and more rows in one transaction: DuckLake stores statistics of the later rows only.

That is so if the table has no statistics yet, because it never had committed rows, and the first rows are in files.
COMMIT then takes the statistics of the new column from the files that have it (ducklake_stats.cpp, MergeStats), and
`WHERE` on it finds too much or nothing. Rows that are kept in the catalog get the column, and are right.
docs/ducklake-facts.md#rows-column-rows
"""

import msgspec

from dt_lake.sql import literal
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import (
    IN_CATALOG,
    Path,
    Tables,
    field,
    has_committed,
    plain_types,
    present_names,
    renamed_paths,
    with_files,
)

_CODE = "DL407"
_WRONG_OF = """
SELECT coalesce({wrong}) FROM (SELECT filename IN ({files}), {columns} FROM {table}) AS found(is_old, {names})
"""
_IS_WRONG = """
CASE WHEN count(*) FILTER (is_old) > count({c}) FILTER (is_old)
    AND count(*) FILTER (NOT is_old) = count({c}) FILTER (NOT is_old) AND count(*) FILTER (NOT is_old) > 0
  OR min({c}) FILTER (is_old) < min({c}) FILTER (NOT is_old) OR max({c}) FILTER (is_old) > max({c}) FILTER (NOT is_old)
THEN {at} END
"""


class _Late(msgspec.Struct):
    """Columns, and fields in them, that were added when the table had rows in `files`.

    `written` is the first statement that wrote later. DuckLake has statistics of what is in a STRUCT, not of the STRUCT
    itself; those of what is in a list or MAP hide no rows.
    """

    files: list[str]
    paths: set[Path]
    written: Statement | None = None


class _Table(msgspec.Struct):
    committed: Name | None
    name: Name | None = None
    has_rows: bool = False
    late: list[_Late] = msgspec.field(default_factory=list)


class LateColumns(LakeWatch):
    """Follows the rows and the new columns of each table, and asks the lake which rows are in files."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._tables = Tables(transaction.scripts, _Table)
        self._before: set[Path] = set()

    def before(self, statement: Statement) -> None:
        """Take note of what a nested column has before its type is altered."""
        effect = statement.effect
        self._before = self._paths(effect) if effect.action == "alter_type" and effect.nested_types else set()

    def after(self, statement: Statement) -> None:
        """Take note of a statement that has run."""
        effect = statement.effect
        table = self._tables.follow(effect)
        if table is None:
            return
        table.name = effect.names[-1]
        for late in table.late:
            late.paths = renamed_paths(late.paths, effect)
        if effect.action in ("add_column", "alter_type") and table.has_rows:
            self._added(table, effect)
        if effect.writes_values:
            table.has_rows = True
            for late in table.late:
                late.written = late.written or statement

    def at_commit(self) -> None:
        """Raise CorruptsLake if the transaction would store wrong statistics."""
        for table in self._tables:
            for late in table.late:
                if late.written and table.name and (path := self._wrong(table.name, late)):
                    raise CorruptsLake(
                        f"rows, a new column ({'.'.join(path)}) and more rows in one transaction leave wrong "
                        "statistics in this build of DuckLake, so that queries find other rows than there are; put "
                        "the statements from the new column on into a migration of its own (not --transaction all)",
                        _CODE,
                        late.written,
                    )

    def _added(self, table: _Table, effect: Effect) -> None:
        if effect.action == "alter_type" and effect.nested_types == 0:
            return
        if has_committed(self._lake, table.committed, "ducklake_table_stats") or table.name is None:
            return
        paths = self._paths(effect) - self._before
        files = [file for place in present_names(self._lake, table.name) for file in self._files(place)]
        if paths and files:
            table.late.append(_Late(files, paths))

    def _paths(self, effect: Effect) -> set[Path]:
        """The plain fields of the column, or field, that a statement is about."""
        assert effect.target is not None
        found = plain_types(self._lake, effect.target, effect.path[0]).values()
        return {path for paths in found for path in paths if _is_in(path, effect.path)}

    def _files(self, place: tuple[str, str]) -> list[str]:
        query = f"SELECT DISTINCT filename FROM {with_files(self._lake, place)}"
        return [row[0] for row in self._lake.connection.execute(query).fetchall() if row[0] != IN_CATALOG]

    def _wrong(self, target: Name, late: _Late) -> Path | None:
        """Ask which of the columns has another value in rows that were there before it than in all later ones."""
        for place, present in plain_types(self._lake, target).items():
            paths = sorted(late.paths & present.keys())
            if not paths:
                continue
            names = [f"c{at}" for at in range(len(paths))]
            query = _WRONG_OF.format(
                wrong=", ".join(_IS_WRONG.format(c=short, at=at) for at, short in enumerate(names)),
                names=", ".join(names),
                columns=", ".join(map(field, paths)),
                files=", ".join(map(literal, late.files)),
                table=with_files(self._lake, place),
            )
            row = self._lake.connection.execute(query).fetchone()
            assert row is not None
            wrong: int | None = row[0]
            if wrong is not None:
                return paths[wrong]
        return None


def _is_in(path: Path, other: Path) -> bool:
    return path[: len(other)] == other


RULE = Rule(_CODE, "rows, a new column and more rows", watch=LateColumns)
