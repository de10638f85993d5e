"""DL412: SQL that a migration can't hold. What the parser refuses: packages/dt-lint/tests/test_statements.py."""

import duckdb
import pytest

from support.lakes import attached
from support.project import Project
from support.rules import write

PIVOT = "PIVOT birds ON i USING count(*)"
BIRDS = "CREATE TABLE birds (i INTEGER);"


@pytest.mark.parametrize("word", ["BEGIN", "COMMIT", "ROLLBACK"])
def test_a_transaction_statement_is_refused(duckdb_project: Project, word: str) -> None:
    write(duckdb_project, f"{BIRDS}\n{word};")
    refused = duckdb_project.main("migrate")
    assert (refused.code, f"V1__x.sql:2: {word} is not allowed" in refused.err) == (2, True)


def test_a_commit_would_keep_half_of_a_migration(duckdb_project: Project) -> None:
    """In plain DuckLake: the file ends in an error, and is rolled back, but only from the COMMIT on."""
    with attached(duckdb_project.source, duckdb_project.data_path) as lake:
        lake.execute("BEGIN")
        lake.execute(f"{BIRDS} COMMIT; BEGIN;")
        with pytest.raises(duckdb.CatalogException):
            lake.execute("DROP TABLE missing")
        lake.execute("ROLLBACK")
        assert lake.execute("SELECT count(*) FROM birds").fetchall() == [(0,)]


@pytest.mark.parametrize(("last", "code"), [("CREATE TABLE x (a DATE)", 0), ("DROP TABLE missing", 4)])
def test_a_pivot_is_no_transaction_control(duckdb_project: Project, last: str, code: int) -> None:
    """DuckDB expands it into several statements, and `DROP TABLE missing` would not undo a hidden COMMIT."""
    assert len(duckdb.extract_statements(PIVOT)) > 1
    birds = f"{BIRDS}\nINSERT INTO birds VALUES (1), (2), (2);"
    write(duckdb_project, birds, f"CREATE TABLE before (a DATE);\n{PIVOT};\n{last};")
    assert duckdb_project.main("migrate").code == code
    found = duckdb_project.sql("SELECT DISTINCT table_name FROM duckdb_columns() WHERE table_name IN ('before', 'x')")
    assert len(found) == (0 if code else 2)
