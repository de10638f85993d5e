"""ALTER … TYPE of a column that has values, and then more rows in the same transaction.

DuckLake can't compare the minimum and maximum of the two types, and stores none. It takes those of the next INSERT for
those of all rows, so that `WHERE` on the column finds too little (ducklake_stats.cpp, MergeStats).
docs/ducklake-facts.md#type-and-then-rows
"""

import msgspec

from dt_contract.identifiers import fold
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.rule import LakeWatch, OpenTransaction, Rule
from dt_lint.script.effect import Effect
from dt_lint.script.names import Name
from dt_lint.script.statements import Statement
from dt_lint.script.tables import (
    IN_CATALOG,
    WITHOUT_EXTREMES,
    Path,
    Tables,
    committed_ids,
    field,
    has_committed,
    plain_types,
    present_names,
    renamed_paths,
    with_files,
)

_CODE = "DL411"
_HAS_EXTREMES = """
SELECT c.column_name, s.min_value IS NOT NULL FROM {stats} s JOIN {columns} c USING (table_id, column_id)
WHERE s.table_id IN ({ids}) AND c.end_snapshot IS NULL
"""


class _Table(msgspec.Struct):
    """`retyped` are the columns whose type has changed, `places` where the rows were then, with their number."""

    committed: Name | None
    name: Name | None = None
    retyped: set[Path] = msgspec.field(default_factory=set)
    places: dict[str, int] = msgspec.field(default_factory=dict)
    has_new_names: bool = False
    written: list[Statement] = msgspec.field(default_factory=list)


class RetypedRows(LakeWatch):
    """Follows the columns whose type changes, and asks the lake where the rows are that are written then."""

    def __init__(self, transaction: OpenTransaction) -> None:
        self._lake = transaction.lake
        self._tables = Tables(transaction.scripts, _Table)
        self._before: dict[Path, str] = {}

    def before(self, statement: Statement) -> None:
        """Take note of the types that a column has before it is altered."""
        self._before = self._types(statement.effect) if statement.effect.action == "alter_type" else {}

    def after(self, statement: Statement) -> None:
        """Take note of a statement that has run."""
        effect = statement.effect
        table = self._tables.follow(effect)
        if table is None:
            return
        table.name = effect.names[-1]
        table.has_new_names = table.has_new_names or effect.action == "rename_column"
        table.retyped = renamed_paths(table.retyped, effect)
        if effect.action == "alter_type":
            types = self._types(effect)
            table.retyped -= {path for path, type_ in types.items() if type_ in WITHOUT_EXTREMES}
            changed = {
                path
                for path, type_ in types.items()
                if type_ not in WITHOUT_EXTREMES and self._before.get(path, type_) != type_
            }
            changed = {path for path in changed if self._has_values(table, path)}
            if changed and not table.retyped:
                table.places = self._places(table.name)
            table.retyped |= changed
        if table.retyped and effect.writes_values:
            table.written.append(statement)

    def at_commit(self) -> None:
        """Raise CorruptsLake if the transaction would store wrong statistics."""
        for table in self._tables:
            table.retyped = {path for path in table.retyped if table.written and self._has_rows_with(table, path)}
            if table.retyped and self._has_new_rows(table):
                raise CorruptsLake(
                    f"rows after a new type of a column ({'.'.join(min(table.retyped))}) in one transaction leave "
                    "wrong statistics in this build of DuckLake, so that queries find too few rows after the next "
                    "INSERT; put the TYPE last, or into a migration of its own (not --transaction all)",
                    _CODE,
                    table.written[0],
                )

    def _types(self, effect: Effect) -> dict[Path, str]:
        assert effect.target is not None
        found = plain_types(self._lake, effect.target, effect.path[0]).values()
        return {path: type_ for types in found for path, type_ in types.items()}

    def _has_values(self, table: _Table, path: Path) -> bool:
        """Whether a row has a value of a column, or had one that is still in the statistics."""
        ids = ", ".join(map(str, committed_ids(self._lake, table.committed) if table.committed else [])) or "NULL"
        names = {key: self._lake.metadata(f"ducklake_{key}") for key in ("table_column_stats", "column")}
        query = _HAS_EXTREMES.format(stats=names["table_column_stats"], columns=names["column"], ids=ids)
        rows = self._lake.connection.execute(query).fetchall()
        known = [has_extremes for column, has_extremes in rows if fold(column) == path[-1]]
        if any(known):
            return True
        if rows and not known and not table.has_new_names:
            return False  # DuckLake never makes statistics of a column that comes after the first rows.
        return self._has_rows_with(table, path)

    def _has_rows_with(self, table: _Table, path: Path) -> bool:
        assert table.name is not None
        for place in present_names(self._lake, table.name):
            query = f"FROM {with_files(self._lake, place)} SELECT 1 WHERE {field(path)} IS NOT NULL LIMIT 1"
            if self._lake.connection.execute(query).fetchall():
                return True
        return False

    def _places(self, name: Name) -> dict[str, int]:
        found: dict[str, int] = {}
        for place in present_names(self._lake, name):
            query = f"SELECT filename, count(*) FROM {with_files(self._lake, place)} GROUP BY filename"
            found |= dict(self._lake.connection.execute(query).fetchall())
        return found

    def _has_new_rows(self, table: _Table) -> bool:
        """An UPDATE that found no row has written none; of rows in the catalog that can't be told.

        Where the table is new and none of its rows is where it was, their old type is gone too.
        """
        assert table.name is not None
        places = self._places(table.name)
        is_new = not has_committed(self._lake, table.committed, "ducklake_table_stats")
        if is_new and not places.keys() & table.places.keys():
            return False
        changes = any(statement.effect.action in ("update", "merge") for statement in table.written)
        in_catalog = places.get(IN_CATALOG, 0)
        is_changed = in_catalog != table.places.get(IN_CATALOG, 0) or (in_catalog > 0 and changes)
        return is_changed or not (places.keys() - {IN_CATALOG}) <= table.places.keys()


RULE = Rule(_CODE, "rows after a new type of a column", watch=RetypedRows)
