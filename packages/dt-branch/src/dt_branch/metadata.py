"""What the metadata of a lake of format 1.0 is made of, as far as a branch has to know it."""

from typing import Any, NamedTuple

import duckdb

from dt_lake.sql import literal, name

BRANCH = "__ducktracker_branch"
"""The name under which a catalog that is being made is attached as a plain database."""
VERSIONED = (
    *("schema", "table", "view", "column", "macro", "tag", "column_tag"),
    *("partition_info", "sort_info", "data_file", "delete_file"),
)
"""Tables whose rows live from `begin_snapshot` until before `end_snapshot`."""
DATED = {"snapshot": "snapshot_id", "snapshot_changes": "snapshot_id", "schema_versions": "begin_snapshot"}
"""Tables whose rows are of one snapshot, and the column that says of which."""
CHILDREN = (
    ("partition_column", "partition_id", "partition_info"),
    ("sort_expression", "sort_id", "sort_info"),
    ("macro_impl", "macro_id", "macro"),
    ("macro_parameters", "macro_id", "macro"),
    ("file_column_stats", "data_file_id", "data_file"),
    ("file_partition_value", "data_file_id", "data_file"),
    ("column_mapping", "mapping_id", "data_file"),
    ("name_mapping", "mapping_id", "column_mapping"),
    ("table_stats", "table_id", "table"),
    ("table_column_stats", "table_id", "table"),
    ("inlined_data_tables", "table_id", "table"),
)
"""Tables whose rows go with those of another, and the column that both have."""
INLINED, INLINED_DELETES = "ducklake_inlined_data_", "ducklake_inlined_delete_"
"""How the tables begin that hold small rows, and the positions of rows that were deleted from files."""


class Draft(NamedTuple):
    """A branch that is being made: its catalog, attached as a plain database, and the schema of its tables there."""

    connection: duckdb.DuckDBPyConnection
    schema: str = "main"
    is_postgres: bool = False
    has_all_files: bool = True
    catalog: str = BRANCH

    def table(self, table: str) -> str:
        """Return the quoted name of a table, such as `snapshot` for `ducklake_snapshot`."""
        full = table if table.startswith(("ducklake_", "ducktracker_")) else f"ducklake_{table}"
        return name(self.catalog, self.schema, full)

    def run(self, sql: str) -> None:
        """Run SQL that DuckDB and PostgreSQL have in common, where the catalog is."""
        if self.is_postgres:
            sql = f"CALL postgres_execute('{BRANCH}', {literal(sql.replace(f'{name(BRANCH)}.', ''))})"
        self.connection.execute(sql)

    def run_here(self, sql: str) -> None:
        """Run SQL that only DuckDB has."""
        self.connection.execute(sql)

    def rows(self, sql: str) -> list[Any]:
        """Return the rows of a query, which DuckDB runs."""
        return self.connection.execute(sql).fetchall()
