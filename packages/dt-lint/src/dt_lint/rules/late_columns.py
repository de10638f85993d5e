"""Rows, a new column, and more rows in one transaction: DuckLake stores statistics of the later rows only.

That is so if the table has no statistics yet, because it never had committed rows, and the first rows are in files.
COMMIT then takes the statistics of the new column from the files that have it (ducklake_stats.cpp, MergeStats), and
`WHERE` on it finds too much or nothing. Rows that are kept in the catalog get the column, and are right.
docs/ducklake-facts.md#rows-column-rows
"""

import msgspec

from dt_lake.sql import literal, name
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import IN_CATALOG, Tables, beside_files, has_committed, present_names, with_files

_CODE = "DL407"
_IS_WRONG = """
SELECT count(*) FILTER (is_old), count(c) FILTER (is_old), count(*) FILTER (NOT is_old), count(c) FILTER (NOT is_old),
  coalesce(min(c) FILTER (is_old) < min(c) FILTER (NOT is_old), false)
  OR coalesce(max(c) FILTER (is_old) > max(c) FILTER (NOT is_old), false),
  coalesce(any_value(typeof(c)), '')
FROM (SELECT {column} AS c, filename IN ({files}) AS is_old FROM {table})
"""


class _Late(msgspec.Struct):
    """A column that was added when the table had rows in `files`; `written` is the first statement that wrote later."""

    files: list[str]
    written: Statement | None = None


class _Table(msgspec.Struct):
    committed: Name | None
    name: Name | None = None
    has_rows: bool = False
    late: dict[tuple[str, ...], _Late] = msgspec.field(default_factory=dict)


class LateColumns(LakeWatch):
    """Follows the rows and the new columns of each table, and asks the lake which rows are in files."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._tables = Tables(transaction.scripts, _Table)

    def after(self, statement: Statement) -> None:
        """Take note of a statement that has run."""
        effect = statement.effect
        table = self._tables.follow(effect)
        if table is None:
            return
        table.name = effect.names[-1]
        match effect.action:
            case "add_column" | "alter_type" if table.has_rows:
                self._added(table, effect)
            case "drop_column":
                table.late = {path: late for path, late in table.late.items() if not _is_in(path, effect.path)}
            case "rename_column":
                new = (*effect.path[:-1], effect.new_name)
                table.late = {
                    (*new, *path[len(new) :]) if _is_in(path, effect.path) else path: late
                    for path, late in table.late.items()
                }
        if effect.writes_rows and effect.action != "delete":
            table.has_rows = True
            for late in table.late.values():
                late.written = late.written or statement

    def at_commit(self) -> None:
        """Raise CorruptsLake if the transaction would store wrong statistics."""
        for table in self._tables:
            for path, late in table.late.items():
                if late.written and table.name and self._is_wrong(table.name, path, late):
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
        places = present_names(self._lake, table.name)
        files = [file for place in places for file in self._files(place)]
        if files:
            table.late.setdefault(effect.path, _Late(files))

    def _files(self, place: tuple[str, str]) -> list[str]:
        query = f"SELECT DISTINCT filename FROM {with_files(self._lake, place)}"
        return [row[0] for row in self._lake.connection.execute(query).fetchall() if row[0] != IN_CATALOG]

    def _is_wrong(self, target: Name, path: tuple[str, ...], late: _Late) -> bool:
        """Ask whether the rows that were there before the column have another value of it than all later ones.

        A STRUCT has statistics of its fields; those of what is in a list or MAP hide no rows.
        """
        for place in present_names(self._lake, target):
            query = _IS_WRONG.format(
                column=".".join(map(name, (beside_files(path[0]), *path[1:]))),
                files=", ".join(map(literal, late.files)),
                table=with_files(self._lake, place),
            )
            row = self._lake.connection.execute(query).fetchone()
            assert row is not None
            old, old_values, new, new_values, is_outside, type_ = row
            if not old or not new or type_.endswith("]") or type_.startswith("MAP("):
                continue
            hides_nulls = old > old_values and new == new_values
            if hides_nulls or is_outside or (type_.startswith("STRUCT(") and new_values):
                return True
        return False


def _is_in(path: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return path[: len(other)] == other


RULE = Rule(_CODE, "rows, a new column and more rows", watch=LateColumns)
