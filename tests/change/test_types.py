"""Which types ALTER … TYPE takes is what DuckLake says."""

from dt_diff.sql.widening import widens
from support.project import Project

TYPES = (
    *(
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
    ),
    *("FLOAT", "DOUBLE", "DECIMAL(4,0)", "DECIMAL(10,2)", "DECIMAL(12,2)", "DECIMAL(12,4)", "DECIMAL(38,0)", "VARCHAR"),
    *("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "BOOLEAN"),
)


def test_ducklake_takes_every_wider_type(duckdb_project: Project) -> None:
    pairs = [(before, after) for before in TYPES for after in TYPES if widens(before, after)]
    columns = ", ".join(f"c{number} {before}" for number, (before, _) in enumerate(pairs))
    wider = "; ".join(f"ALTER TABLE t ALTER c{number} TYPE {after}" for number, (_, after) in enumerate(pairs))
    duckdb_project.sql(f"CREATE TABLE t ({columns}); BEGIN; {wider}; COMMIT")
    document = duckdb_project.call("dt-snapshot").json
    assert [column["type"] for column in document["tables"][0]["columns"]] == [after for _, after in pairs]
