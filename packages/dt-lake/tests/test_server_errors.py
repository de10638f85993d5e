"""What a server's errors mean: texts as DuckDB 1.5 hands them on, in several languages."""

import duckdb
import pytest

from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_lake.engine_text import failed_sql, reason
from dt_lake.errors import explained, is_conflict
from dt_lake.meaning import LakeJustMade
from dt_lake.meaning import explained as meaning

BATCH = (
    "TransactionContext Error: Failed to commit: Failed to commit DuckLake transaction.\n{note}"
    'Failed to flush changes into DuckLake: Failed to execute query "INSERT INTO "public".ducklake_snapshot VALUES'
    " (3, NOW());INSERT INTO x VALUES ('salary\": ERROR:  42 conflict');\": {said}\n"
)
SCAN = (
    'Failed to get data file list from DuckLake: Failed to prepare COPY "COPY (SELECT "path" FROM'
    ' "public"."ducklake_data_file") TO STDOUT (FORMAT "binary");": {said}\n'
)
BIND = (
    'Binder Error: Failed to query most recent snapshot for DuckLake: Failed to prepare query "SELECT snapshot_id\n'
    '\t\t FROM "public".ducklake_snapshot": {said}\nLINE 2:    FROM "public".ducklake_snapshot WHERE\n      ^\n'
)
CONNECT = (
    'IO Error: Failed to attach DuckLake MetaData "x" at path + "postgres:host=h"Unable to connect to Postgres at'
    ' "host=h user=few": connection to server at "10.0.0.1", port 5432 failed: {said}\n'
)
EXCEEDED = "Exceeded the maximum retry count of 10 set by the ducklake_max_retry_count setting.\n. Consider more\n: "


def commit(said: str, note: str = "") -> duckdb.Error:
    return duckdb.TransactionException(BATCH.format(said=said, note=note))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(commit("ERROR:  permission denied for table a"), "permission denied for table a", id="no rights"),
        pytest.param(
            commit("FEHLER:  keine Berechtigung für Tabelle a"), "keine Berechtigung für Tabelle a", id="German"
        ),
        pytest.param(
            commit("ОШИБКА:  нет доступа к таблице a\nПОДРОБНОСТИ:  строка (1, x)"),
            "нет доступа к таблице a",
            id="Russian",
        ),
        pytest.param(commit("错误:  对表 a 权限不够"), "对表 a 权限不够", id="Chinese"),
        pytest.param(
            commit('ERROR:  could not extend file "base/1": No space left on device\nHINT:  Check free disk space.'),
            'could not extend file "base/1": No space left on device',
            id="full disk of the server",
        ),
        pytest.param(
            duckdb.Error(SCAN.format(said="server closed the connection unexpectedly\n\tThis probably means")),
            "server closed the connection unexpectedly",
            id="connection lost",
        ),
        pytest.param(
            duckdb.BinderException(BIND.format(said="ERROR:  canceling statement due to statement timeout")),
            "canceling statement due to statement timeout",
            id="in a query that DuckDB could not bind",
        ),
        pytest.param(
            duckdb.IOException(CONNECT.format(said='FATAL:  zu viele Verbindungen für Rolle "few"')),
            'zu viele Verbindungen für Rolle "few"',
            id="too many connections",
        ),
        pytest.param(
            duckdb.IOException(CONNECT.format(said="Connection refused\n\tIs the server running on that host?")),
            'connection to server at "10.0.0.1", port 5432 failed: Connection refused',
            id="nobody there",
        ),
        pytest.param(
            duckdb.TransactionException(
                'TransactionContext Error: Failed to commit: Failed to execute query "ROLLBACK": '
            ),
            "the connection was lost",
            id="without a reason",
        ),
        pytest.param(
            duckdb.TransactionException(
                "TransactionContext Error: Failed to get data file list from DuckLake: Current transaction is aborted"
                " (please ROLLBACK)"
            ),
            "the connection was lost",
            id="after an error before",
        ),
        pytest.param(
            duckdb.IOException("IO Error: Connection reset failure"), "the connection was lost", id="taken up again"
        ),
        pytest.param(
            duckdb.BinderException(
                "Binder Error: Failed to query most recent snapshot for DuckLake: Failed to describe prepared "
                "statement: server closed the connection unexpectedly\n\tThis probably means"
            ),
            "server closed the connection unexpectedly",
            id="connection lost between two parts of a query",
        ),
        pytest.param(
            duckdb.BinderException("Failed to describe prepared statement: FATAL:  Verbindung wird abgebrochen"),
            "Verbindung wird abgebrochen",
            id="ended between two parts of a query",
        ),
        pytest.param(
            duckdb.IOException("IO Error: Error during PQputCopyData: no connection to the server\n"),
            "no connection to the server",
            id="connection lost within rows",
        ),
        pytest.param(
            duckdb.IOException("IO Error: Failed to fetch header for COPY: ERROR:  out of memory"),
            "out of memory",
            id="before the rows",
        ),
        pytest.param(
            duckdb.IOException("IO Error: Error during PQputCopyEnd: "), "the connection was lost", id="after the rows"
        ),
    ],
)
def test_a_server_s_fault(error: duckdb.Error, said: str) -> None:
    assert reason(str(error)) == said
    found = explained(error, "host=h")
    assert isinstance(found, LakeError)
    assert isinstance(found, duckdb.Error)
    assert str(found) == f"host=h: PostgreSQL: {said}"
    assert "salary" not in str(found)
    assert len(str(found).encode()) < 500
    assert not is_conflict(error)


def test_a_long_reason_is_cut() -> None:
    found = explained(commit("ERROR:  " + "ошибка " * 500), "h" * 300)
    assert len(str(found).encode()) <= 450


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(
            commit('ERROR:  duplicate key value violates unique constraint "ducklake_snapshot_pkey"'), id="English"
        ),
        pytest.param(
            commit('ОШИБКА:  повторяющееся значение нарушает ограничение "ducklake_snapshot_pkey"'), id="Russian"
        ),
        pytest.param(commit("ERROR:  could not serialize access", EXCEEDED), id="after all retries"),
        pytest.param(
            duckdb.TransactionException("TransactionContext Error: Catalog write-write conflict"), id="DuckDB"
        ),
        pytest.param(
            duckdb.TransactionException(
                "TransactionContext Error: Failed to commit DuckLake transaction.\nTransaction conflict - attempting to"
                ' insert into table with index "1" - but another transaction has altered it'
            ),
            id="DuckLake",
        ),
    ],
)
def test_a_conflict_is_no_fault(error: duckdb.Error) -> None:
    assert is_conflict(error)
    assert explained(error, "host=h") is None


def test_a_word_in_the_rows_makes_no_conflict() -> None:
    assert not is_conflict(commit("ERROR:  permission denied"))
    assert not is_conflict(duckdb.TransactionException("Failed to get snapshot for conflict resolution: lost"))


INITIALIZE = (
    'Failed to initialize DuckLake: Failed to execute query "CREATE TABLE ducklake_tag(x);INSERT INTO ducklake_metadata'
    " VALUES ('duplicate key value');\": {said}\n"
)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ('ERROR:  relation "ducklake_metadata" already exists', LakeJustMade),
        ("FEHLER:  Relation »ducklake_metadata« existiert bereits", LakeJustMade),
        ('ОШИБКА:  отношение "ducklake_metadata" уже существует', LakeJustMade),
        ('ERROR:  duplicate key value violates unique constraint "pg_type_typname_nsp_index"', LakeJustMade),
        ("FEHLER:  doppelter Schlüsselwert verletzt Unique-Constraint »pg_type_typname_nsp_index«", LakeJustMade),
        ('ОШИБКА:  повторяющееся значение нарушает ограничение "pg_namespace_nspname_index"', LakeJustMade),
        ("ERROR:  permission denied for schema public", LakeError),
        ("FEHLER:  keine Berechtigung für Schema public", LakeError),
        ("ОШИБКА:  нет доступа к схеме public", LakeError),
    ],
)
def test_two_that_make_one_lake_in_any_language(said: str, kind: type[LakeError]) -> None:
    found = meaning(INITIALIZE.format(said=said), Connection(catalog_backend="postgres", postgres_connection="host=h"))
    assert type(found) is kind


@pytest.mark.parametrize(
    "said", ["ERROR:  column x", "FEHLER:  Spalte x", "ОШИБКА:  столбец x", "错误:  字段 x"], ids=lambda said: said[:5]
)
@pytest.mark.parametrize("note", ["", EXCEEDED], ids=["at once", "after all retries"])
def test_the_sql_that_a_server_refused(said: str, note: str) -> None:
    batch = failed_sql(str(commit(said, note)))
    assert batch.startswith('INSERT INTO "public".ducklake_snapshot VALUES (3, NOW());')
    assert batch.endswith("42 conflict');")


@pytest.mark.parametrize("said", ['ERROR:  duplicate "ducklake_snapshot_pkey"', 'ОШИБКА:  x "ducklake_snapshot_pkey"'])
def test_a_conflict_is_not_tried_again(said: str) -> None:
    assert failed_sql(str(commit(said))) == ""
