"""The history is right under every option that DuckLake has, on every scope."""

import itertools

import pytest

from support.project import Project

OPTIONS = {
    "auto_compact": "false",
    "data_inlining_row_limit": "0",
    "delete_older_than": "'1 day'",
    "expire_older_than": "'1 day'",
    "hive_file_pattern": "false",
    "parquet_compression": "'zstd'",
    "parquet_compression_level": "3",
    "parquet_row_group_size": "64",
    "parquet_row_group_size_bytes": "'4KB'",
    "parquet_version": "2",
    "per_thread_output": "true",
    "require_commit_message": "true",
    "rewrite_delete_threshold": "0.5",
    "sort_on_insert": "false",
    "target_file_size": "'1MB'",
}
OF_THE_LAKE = {"auto_compact", "delete_older_than", "expire_older_than", "require_commit_message"}
SCOPES = {
    "lake": "",
    "schema": ", schema => 'main'",
    "table": ", table_name => 'ducktracker_schema_history'",
}
FEW = {("parquet_row_group_size_bytes", "lake"), ("per_thread_output", "lake"), ("per_thread_output", "table")}
CASES = [
    pytest.param(option, scope, id=f"{option}, {scope}", marks=() if (option, scope) in FEW else pytest.mark.slow)
    for option, scope in itertools.product(OPTIONS, SCOPES)
    if scope == "lake" or option not in OF_THE_LAKE
]


@pytest.mark.parametrize(("option", "scope"), CASES)
def test_the_history(option: str, scope: str, duckdb_project: Project) -> None:
    project = duckdb_project
    project.sql("SELECT 1")
    setting = f"CALL lake.set_option('{option}', {OPTIONS[option]}{SCOPES[scope]})"
    if scope == "table":
        project.migration("V1__first.sql", "CREATE TABLE first (i INTEGER);")
        assert project.main("migrate").code == 0
    if option == "parquet_compression_level":
        # DuckLake takes a level for this codec alone, and writes no file otherwise.
        project.sql("CALL lake.set_option('parquet_compression', 'zstd')")
    project.sql(setting)
    quiet = project.with_environment(DUCKTRACKER_DRIFT_ON_MIGRATE="ignore")
    versions = [90_000, 90_001, 200_000] if scope == "table" else [7, 90_000, 90_001]
    for version in versions:
        project.migration(f"V{version}__t.sql", f"CREATE TABLE t{version} (i INTEGER);")
        ran = quiet.main("migrate")
        assert ran.code == 0, ran.err
        assert quiet.main("migrate").out == "nothing to apply\n"
    history = project.call("dt-history").json["rows"]
    assert [row["installed_rank"] for row in history] == [*range(1, len(history) + 1)]
    applied = [row["version"] for row in history if row["type"] == "versioned"]
    assert applied == ([1] if scope == "table" else []) + versions
    assert [quiet.main(*command).code for command in (["info"], ["validate"], ["repair", "--yes"])] == [0, 0, 0]
    assert project.main("drift").code in (0, 1)


def test_a_lake_that_can_write_no_file(duckdb_project: Project) -> None:
    duckdb_project.sql("CALL lake.set_option('parquet_compression_level', 3)")
    duckdb_project.sql("CALL lake.set_option('data_inlining_row_limit', 0)")
    duckdb_project.migration("V1__t.sql", "CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1);")
    ran = duckdb_project.main("migrate")
    assert ran.code == 4
    assert "Compression level is only supported for the ZSTD compression codec" in ran.err
    assert "the failure can't be recorded" in ran.err
