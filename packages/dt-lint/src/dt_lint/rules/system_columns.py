"""Columns that only PostgreSQL refuses, so that a branch in a DuckDB file can't tell.

DuckLake makes a table there for the small rows of each table, with three columns of its own besides.
"""

from collections.abc import Iterator

from dt_lake.lake import Lake
from dt_lake.sql import literal
from dt_lake.tokens import tokens
from dt_lint.corrupts_lake import CorruptsLake
from dt_lint.script.effect import Action
from dt_lint.script.statements import Statement

_SYSTEM = ("cmax", "cmin", "ctid", "tableoid", "xmax", "xmin")
_MOST = 1597
_NAMING: frozenset[Action] = frozenset({"create", "add_column", "rename_column"})
_REFUSED = f"""
SELECT schema_name, table_name, lower(column_name) FROM duckdb_columns()
WHERE database_name = {{lake}} AND lower(column_name) IN ({", ".join(map(literal, _SYSTEM))})
UNION ALL
SELECT schema_name, table_name, NULL FROM duckdb_columns() WHERE database_name = {{lake}}
GROUP BY ALL HAVING count(*) > {_MOST}
"""
_CONFLICTS = 'column name "{}" conflicts with a system column name'
_TOO_MANY = "tables can have at most 1600 columns"
_WITHOUT_INLINING = """
SELECT count(*) FROM system.main.ducklake_options({lake}) WHERE option_name = 'data_inlining_row_limit' AND value = '0'
"""


class SystemColumns:
    """Finds the statements that make such columns in the tables of a transaction."""

    def __init__(self, lake: Lake, *, is_postgres: bool) -> None:
        self._lake = lake
        self._is_postgres = is_postgres
        self._suspects: list[tuple[Statement, set[str | None]]] = []

    def after(self, statement: Statement) -> None:
        """Take note of a statement that has run, if what it names may be refused."""
        effect = statement.effect
        if not self._is_postgres or effect.action not in _NAMING or effect.kind in ("macro", "view"):
            return
        found = tokens(statement.core)
        names: set[str | None] = {token.name for token in found if token.name in _SYSTEM}
        if len(found) > _MOST:
            names.add(None)
        if names:
            self._suspects.append((statement, names))

    def at_commit(self) -> None:
        """Raises CorruptsLake with what PostgreSQL would say, unless no small rows are kept there."""
        for statement, refusal in self._refused():
            raise CorruptsLake(f"PostgreSQL can't store this: {refusal}", statement)

    def _refused(self) -> Iterator[tuple[Statement, str]]:
        lake = literal(self._lake.catalog)
        run = self._lake.connection.execute
        if not self._suspects or run(_WITHOUT_INLINING.format(lake=lake)).fetchone() != (0,):
            return
        rows = run(_REFUSED.format(lake=lake)).fetchall()
        for statement, names in self._suspects:
            for schema, table, column in rows:
                if column in names and any(name.may_be(schema, table) for name in statement.effect.names):
                    yield statement, _CONFLICTS.format(column) if column else _TOO_MANY
