"""Small rows go into a lake whose tables have no place for them in the catalog yet, in one transaction with DDL."""

import itertools

import pytest

from support.project import Project

FIRST = "CREATE TABLE old (i INTEGER); CREATE TABLE other (i INTEGER);"
ORIGINS = {
    "attached without inlining": (
        [
            "USE memory; DETACH lake",
            "ATTACH '{source}' AS lake (DATA_PATH '{data}', DATA_INLINING_ROW_LIMIT 0); USE lake",
            FIRST,
        ],
        [],
    ),
    "option of the lake": (
        ["CALL lake.set_option('data_inlining_row_limit', 0)", FIRST],
        ["CALL lake.set_option('data_inlining_row_limit', 10)"],
    ),
    "option of the schema": (
        ["CALL lake.set_option('data_inlining_row_limit', 0)", FIRST],
        ["CALL lake.set_option('data_inlining_row_limit', 10, schema => 'main')"],
    ),
    "options of tables": (
        ["CALL lake.set_option('data_inlining_row_limit', 0)", FIRST],
        [
            f"CALL lake.set_option('data_inlining_row_limit', 10, table_name => '{table}')"
            for table in ("old", "other", "ducktracker_schema_history")
        ],
    ),
}
CHANGES = {
    "old and new": ["INSERT INTO old VALUES (1); CREATE TABLE new (i INTEGER); INSERT INTO new VALUES (1);"],
    "old and altered": [
        "INSERT INTO old VALUES (1); ALTER TABLE other ADD COLUMN j INTEGER; INSERT INTO other VALUES (1, 2);"
    ],
    "new": ["CREATE TABLE new (i INTEGER); INSERT INTO new VALUES (1);"],
    "altered": ["ALTER TABLE old ADD COLUMN j INTEGER; INSERT INTO old VALUES (1, 2);"],
    "old": ["INSERT INTO old VALUES (1); INSERT INTO other VALUES (1);"],
    "several files": [
        "CREATE TABLE new (i INTEGER); INSERT INTO new VALUES (1);",
        "INSERT INTO old VALUES (1); ALTER TABLE new ADD COLUMN j INTEGER; INSERT INTO new VALUES (1, 2);",
        "CREATE TABLE newer AS SELECT 1 AS i; INSERT INTO other VALUES (1); ALTER TABLE old ADD COLUMN j INTEGER;",
    ],
}
FEW = {("attached without inlining", "old and new"), ("option of the lake", "several files")}
CASES = [
    pytest.param(origin, change, id=f"{origin}, {change}", marks=() if (origin, change) in FEW else pytest.mark.slow)
    for origin, change in itertools.product(ORIGINS, CHANGES)
]


def inlined(project: Project) -> object:
    return project.sql(
        "SELECT scope, scope_id, value FROM __ducklake_metadata_lake.ducklake_metadata"
        " WHERE key = 'data_inlining_row_limit' ORDER BY ALL"
    )


def rows(project: Project) -> dict[str, int]:
    tables = project.sql("SELECT DISTINCT table_name FROM duckdb_columns() WHERE database_name = 'lake'")
    names = {table for (table,) in tables} - {"ducktracker_schema_history"}
    return {table: project.sql(f"SELECT count(*) FROM {table}")[0][0] for table in sorted(names)}


@pytest.mark.parametrize("mode", ["each", pytest.param("all", marks=pytest.mark.slow)])
@pytest.mark.parametrize(("origin", "change"), CASES)
def test_first_small_rows(origin: str, change: str, mode: str, project: Project) -> None:
    before, after = ORIGINS[origin]
    source = f"ducklake:{project.source}".replace("'", "''")
    project.sql("; ".join(before).format(source=source, data=f"{project.data_path}/"))
    project.migration("V1__first.sql", "CREATE TABLE first (i INTEGER);")
    assert project.main("migrate").code == 0
    if after:
        project.sql("; ".join(after))
    options = inlined(project)
    for version, sql in enumerate(CHANGES[change], start=2):
        project.migration(f"V{version}__change.sql", sql)
    quiet = project.with_environment(DUCKTRACKER_DRIFT_ON_MIGRATE="ignore")
    ran = quiet.main("migrate", "--transaction", mode)
    if (change, mode) == ("several files", "all"):
        # All rows go to files then, and those of `new` around its new column would leave wrong statistics.
        assert (ran.code, "DL407" in ran.err) == (4, True)
        assert rows(project) == {"first": 0, "old": 0, "other": 0}
        return
    assert (ran.code, ran.err) == (0, "")
    history = project.call("dt-history").json["rows"]
    assert [row["success"] for row in history if row["type"] == "versioned"] == [True] * (1 + len(CHANGES[change]))
    assert inlined(project) == options
    expected = {"first": 0, "old": 0, "other": 0}
    for sql in CHANGES[change]:
        for table in ("old", "other", "new", "newer"):
            made = f"TABLE {table} " in sql or table in expected
            written = f"INTO {table} " in sql or f"TABLE {table} AS" in sql
            expected |= {table: expected.get(table, 0) + written} if made else {}
    assert rows(project) == expected


@pytest.mark.parametrize("mode", ["auto", "group", "all", "each"])
def test_a_lake_that_we_make_has_a_place_for_each_table(mode: str, project: Project) -> None:
    for version in range(1, 22):
        project.migration(f"V{version}__t.sql", f"CREATE TABLE t{version} (i INTEGER);")
    assert project.main("migrate", "--transaction", mode).code == 0
    project.sql("BEGIN; INSERT INTO t1 VALUES (1); CREATE TABLE u (i INTEGER); INSERT INTO u VALUES (1); COMMIT")
    assert project.sql("SELECT count(*) FROM t1, u") == [(1,)]
