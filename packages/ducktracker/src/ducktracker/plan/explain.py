"""What DuckDB would run for a statement, as EXPLAIN says, which has looked into macros, views and query().

It is asked for the plan before the optimizer, which leaves out what a query of now does not need. That plan is there
only if `explain_output` is `all`, as in a sandbox (dt_lake.sandbox).
"""

import re
from collections.abc import Iterator

import duckdb
import msgspec

from dt_lake.errors import original

_QUERY = """
AGGREGATE ANY_JOIN ASOF_JOIN CHUNK_GET COMPARISON_JOIN CROSS_PRODUCT CTE CTE_SCAN DELIM_GET DELIM_JOIN DEPENDENT_JOIN
DISTINCT DUMMY_SCAN EMPTY_RESULT EXCEPT EXPRESSION_GET FILTER INTERSECT LIMIT ORDER_BY POSITIONAL_JOIN PROJECTION
REC_CTE REC_CTE_SCAN SAMPLE TOP_N UNION UNNEST WINDOW
"""
_STATEMENT = """
CREATE_INDEX CREATE_MACRO CREATE_SCHEMA CREATE_SEQUENCE CREATE_TABLE CREATE_TYPE CREATE_VIEW DELETE EXECUTE INSERT
MERGE_INTO PREPARE RESET SET UPDATE
"""
_COMPUTES = """
GENERATE_SERIES ICU_CALENDAR_NAMES JSON_EACH JSON_TREE PG_TIMEZONE_NAMES RANGE REPEAT REPEAT_ROW SUMMARY TEST_ALL_TYPES
"""
_SHOWS = """
DUCKDB_COLUMNS DUCKDB_CONSTRAINTS DUCKDB_DATABASES DUCKDB_DEPENDENCIES DUCKDB_EXTENSIONS DUCKDB_FUNCTIONS DUCKDB_INDEXES
DUCKDB_KEYWORDS DUCKDB_MEMORY DUCKDB_OPTIMIZERS DUCKDB_PREPARED_STATEMENTS DUCKDB_SCHEMAS DUCKDB_SEQUENCES
DUCKDB_SETTINGS DUCKDB_TABLES DUCKDB_TYPES DUCKDB_VARIABLES DUCKDB_VIEWS PRAGMA_COLLATIONS PRAGMA_DATABASE_SIZE
PRAGMA_METADATA_INFO PRAGMA_PLATFORM PRAGMA_SHOW PRAGMA_STORAGE_INFO PRAGMA_TABLE_INFO PRAGMA_USER_AGENT PRAGMA_VERSION
"""
_OF_THE_LAKE = """
DUCKLAKE_CURRENT_SNAPSHOT DUCKLAKE_LAST_COMMITTED_SNAPSHOT DUCKLAKE_LIST_FILES DUCKLAKE_OPTIONS DUCKLAKE_SCAN
DUCKLAKE_SETTINGS DUCKLAKE_SET_COMMIT_MESSAGE DUCKLAKE_SET_OPTION DUCKLAKE_SNAPSHOTS DUCKLAKE_TABLE_DELETIONS
DUCKLAKE_TABLE_INFO DUCKLAKE_TABLE_INSERTIONS
"""
_READS_FILES = """
GLOB PARQUET_FILE_METADATA PARQUET_KV_METADATA PARQUET_METADATA PARQUET_SCAN PARQUET_SCHEMA READ_BLOB READ_CSV
READ_CSV_AUTO READ_JSON READ_JSON_AUTO READ_JSON_OBJECTS READ_JSON_OBJECTS_AUTO READ_NDJSON READ_NDJSON_AUTO
READ_NDJSON_OBJECTS READ_PARQUET READ_TEXT
"""
"""DuckDB opens the files as it binds, so that a sandbox has refused them by then."""
_HARMLESS = frozenset((_QUERY + _STATEMENT + _COMPUTES + _SHOWS + _OF_THE_LAKE + _READS_FILES).split())
_OWN_TABLES = ("memory.", '"memory".', "temp.", '"temp".')
_CONFINED = re.compile(r'Cannot access (?:file|directory) "(.*?)" - file system operations are disabled')
_EXTENSION = re.compile(r"exists in the (\w+) extension|required extension '(\w+)'|external extensions is disabled")


class _Operator(msgspec.Struct):
    name: str
    children: list["_Operator"] = []
    extra_info: dict[str, object] = {}


def why_not_run(connection: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    """Return what in a single statement may reach beyond the lake, None if nothing does.

    Raises the error of DuckDB's that running it would raise, if it can't even be bound.
    """
    try:
        plans = dict(connection.execute(f"EXPLAIN (FORMAT json) {sql}").fetchall())
    except duckdb.ParserException:
        return "DuckDB can't explain what it would run"
    except duckdb.Error as error:
        if reason := refused(error, sql):
            return reason
        raise
    if "logical_plan" not in plans:
        return "DuckDB can't explain what it would run"
    found = (why for item in _operators(plans["logical_plan"]) if (why := _why_not(item)))
    return next(found, None)


def refused(error: duckdb.Error, sql: str) -> str | None:
    """Return what DuckDB did not do because it is confined or lacks an extension, None if the SQL is at fault.

    A place is named only if it is written in the SQL: it may be made of values.
    """
    text = original(error)
    if outside := _CONFINED.search(text):
        place = outside[1] if outside[1] in sql else "another place"
        return f"it opens {place}, which only `plan --allow-external` does"
    if extension := _EXTENSION.search(text):
        return f"it needs the extension {extension[1] or extension[2] or 'that it loads'}, which plan does not load"
    return None


def _operators(plan: str) -> Iterator[_Operator]:
    waiting = msgspec.json.decode(plan, type=list[_Operator])
    while waiting:
        operator = waiting.pop()
        yield operator
        waiting += operator.children


def _why_not(operator: _Operator) -> str | None:
    name = operator.name.strip()
    if name == "SEQ_SCAN":
        table = str(operator.extra_info.get("Table", ""))
        return None if table.startswith(_OWN_TABLES) else f"it reads {table}, which is not of the lake"
    return None if name in _HARMLESS else f"{name.lower()} may reach beyond the lake"
