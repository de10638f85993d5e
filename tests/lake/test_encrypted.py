"""An encrypted lake takes data: DuckDB needs another extension's cryptography for that."""

from support.project import Project


def test_an_encrypted_lake(duckdb_project: Project) -> None:
    project = duckdb_project
    project.sql("SELECT 1")
    project.sql("UPDATE __ducklake_metadata_lake.ducklake_metadata SET value = 'true' WHERE key = 'encrypted'")
    project.migration("V1__t.sql", "CREATE TABLE t AS SELECT range AS i FROM range(100);")
    assert [project.main(*command).code for command in (["plan"], ["migrate"], ["info"])] == [0, 0, 0]
    keys = project.sql("SELECT count(encryption_key) FROM __ducklake_metadata_lake.ducklake_data_file")
    assert keys == [(1,)]
