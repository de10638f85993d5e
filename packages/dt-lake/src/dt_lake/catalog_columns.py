"""What a catalog of format 1.0 is made of, as far as anybody reads it: the tables and their columns. Pure.

The tables are those of DuckLake's specification, "Tables"; the columns those that this build of DuckLake creates, which
writes rows by the positions of columns and so needs all of them.
"""

from collections.abc import Collection

_LIFE = "begin_snapshot end_snapshot"
_FILE = "path path_is_relative"
COLUMNS: dict[str, tuple[str, ...]] = {
    f"ducklake_{table}": tuple(columns.split())
    for table, columns in {
        "column": f"column_id {_LIFE} table_id column_order column_name column_type initial_default default_value"
        " nulls_allowed parent_column default_value_type default_value_dialect",
        "column_mapping": "mapping_id table_id type",
        "column_tag": f"table_id column_id {_LIFE} key value",
        "data_file": f"data_file_id table_id {_LIFE} file_order {_FILE} file_format record_count file_size_bytes"
        " footer_size row_id_start partition_id encryption_key mapping_id partial_max",
        "delete_file": f"delete_file_id table_id {_LIFE} data_file_id {_FILE} format delete_count file_size_bytes"
        " footer_size encryption_key partial_max",
        "file_column_stats": "data_file_id table_id column_id column_size_bytes value_count null_count min_value"
        " max_value contains_nan extra_stats",
        "file_partition_value": "data_file_id table_id partition_key_index partition_value",
        "files_scheduled_for_deletion": f"data_file_id {_FILE} schedule_start",
        "inlined_data_tables": "table_id table_name schema_version",
        "macro": f"schema_id macro_id macro_name {_LIFE}",
        "macro_impl": "macro_id impl_id dialect sql type",
        "macro_parameters": "macro_id impl_id column_id parameter_name parameter_type default_value default_value_type",
        "metadata": "key value scope scope_id",
        "name_mapping": "mapping_id column_id source_name target_field_id parent_column is_partition",
        "partition_column": "partition_id table_id partition_key_index column_id transform",
        "partition_info": f"partition_id table_id {_LIFE}",
        "schema": f"schema_id schema_uuid {_LIFE} schema_name {_FILE}",
        "schema_versions": "begin_snapshot schema_version table_id",
        "snapshot": "snapshot_id snapshot_time schema_version next_catalog_id next_file_id",
        "snapshot_changes": "snapshot_id changes_made author commit_message commit_extra_info",
        "sort_expression": "sort_id table_id sort_key_index expression dialect sort_direction null_order",
        "sort_info": f"sort_id table_id {_LIFE}",
        "table": f"table_id table_uuid {_LIFE} schema_id table_name {_FILE}",
        "table_column_stats": "table_id column_id contains_null contains_nan min_value max_value extra_stats",
        "table_stats": "table_id record_count next_row_id file_size_bytes",
        "tag": f"object_id {_LIFE} key value",
        "view": f"view_id view_uuid {_LIFE} schema_id view_name dialect sql column_aliases",
    }.items()
}


FILLED = {
    f"ducklake_{table}": tuple(columns.split())
    for table, columns in {
        "schema": "schema_id begin_snapshot schema_name",
        "snapshot": "snapshot_id schema_version next_catalog_id next_file_id",
        "table": "table_id begin_snapshot schema_id table_name",
        "column": "column_id begin_snapshot table_id column_name column_type",
        "view": "view_id begin_snapshot schema_id view_name sql",
        "macro": "macro_id begin_snapshot schema_id macro_name",
        "macro_impl": "macro_id impl_id sql type",
        "tag": "object_id begin_snapshot key",
        "column_tag": "table_id column_id begin_snapshot key",
        "partition_info": "partition_id table_id begin_snapshot",
        "partition_column": "partition_id table_id column_id transform",
        "sort_info": "sort_id table_id begin_snapshot",
        "sort_expression": "sort_id table_id expression",
        "inlined_data_tables": "table_id table_name schema_version",
    }.items()
}
"""Columns of the schema's tables that have a value in each row, though no constraint says so."""


def missing_column(table: str, columns: Collection[str]) -> str | None:
    """Return the first column that a table lacks, None if it has all that it has in every lake's catalog."""
    return next((column for column in COLUMNS[table] if column not in columns), None)
