import re
from pathlib import Path

import msgspec
import pytest

from dt_config.config import Config
from dt_contract.errors import InputError, LakeError
from dt_contract.history import HistoryDocument
from dt_history.read import history_of, read_history
from dt_history.table import NewRow, append, make_table, widen_version
from dt_lake.lake import Lake

ROW = NewRow("versioned", 1, "birds", "V1__birds.sql", "c" * 64, 12)
TABLE = 'pond.s 1.his"tory'


def snapshots(lake: Lake) -> list[int]:
    found = lake.connection.execute(f"SELECT snapshot_id FROM {lake.metadata('ducklake_snapshot')} ORDER BY 1")
    return [snapshot for (snapshot,) in found.fetchall()]


def test_no_lake_is_an_empty_history(config: Config) -> None:
    assert history_of(config) == HistoryDocument(table=TABLE)


def test_no_lake_is_not_made(config: Config) -> None:
    history_of(config)
    assert not Path(config.connection.duckdb_metadata_path).exists()


def test_a_lake_without_the_table(lake: Lake) -> None:
    history = read_history(lake)
    assert (history.table, history.rows) == (TABLE, ())
    assert re.fullmatch(r"[0-9a-f-]{36}", history.lake or "")


def test_a_row(lake: Lake) -> None:
    make_table(lake)
    append(lake, 1, [ROW])
    (row,) = read_history(lake).rows
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", row.installed_on)
    assert msgspec.to_builtins(row) | {"installed_on": "", "installed_by": ""} == {
        "installed_rank": 1,
        "version": 1,
        "description": "birds",
        "type": "versioned",
        "script": "V1__birds.sql",
        "checksum": "c" * 64,
        "installed_by": "",
        "installed_on": "",
        "execution_ms": 12,
        "success": True,
        "lake_snapshot": snapshots(lake)[-1],
    }


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        pytest.param(ROW, "versioned", id="versioned"),
        pytest.param(ROW._replace(type="repeatable", version=None), "repeatable", id="repeatable"),
        pytest.param(NewRow("baseline", 3, "b", "<< Baseline V3 >>", "baseline"), "baseline", id="baseline"),
        pytest.param(NewRow("snapshot", None, "", "<< Snapshot >>", "snapshot", data=b"x"), "snapshot", id="snapshot"),
        pytest.param(NewRow("accepted", None, "", "<< Accepted >>", "accepted"), "accepted", id="accepted"),
        pytest.param(ROW._replace(type="repair"), "repair", id="repair"),
        pytest.param(ROW._replace(type="squashed", script="B1__x.sql"), "squashed", id="squashed"),
        pytest.param(ROW._replace(type="undone"), "undone", id="undone"),
        pytest.param(ROW._replace(type="reverted"), "reverted", id="reverted"),
    ],
)
def test_the_type_of_a_row(lake: Lake, row: NewRow, kind: str) -> None:
    make_table(lake)
    append(lake, 1, [row])
    assert [found.type for found in read_history(lake).rows] == [kind]


def test_rows_are_sorted_by_rank(lake: Lake) -> None:
    make_table(lake)
    append(lake, 5, [ROW])
    append(lake, 2, [ROW])
    assert [row.installed_rank for row in read_history(lake).rows] == [2, 5]


def test_a_row_names_the_snapshot_of_its_commit_whatever_comes_after(lake: Lake) -> None:
    make_table(lake)
    append(lake, 1, [ROW])
    first = snapshots(lake)[-1]
    lake.connection.execute("CREATE TABLE pond.t (i INTEGER)")
    append(lake, 2, [ROW])
    second = snapshots(lake)[-1]
    lake.connection.execute("CALL ducklake_flush_inlined_data('pond')")
    lake.connection.execute("CALL ducklake_merge_adjacent_files('pond')")
    assert [row.lake_snapshot for row in read_history(lake).rows] == [first, second]


def test_rows_from_before_and_after_the_column_was_widened(older: Lake) -> None:
    append(older, 1, [ROW])
    widen_version(older)
    append(older, 2, [ROW._replace(version=20261122094500)])
    assert [row.version for row in read_history(older).rows] == [1, 20261122094500]


def test_rows_in_files_and_inlined_ones(lake: Lake) -> None:
    make_table(lake)
    append(lake, 1, [ROW._replace(description="日本")])
    lake.connection.execute("CALL ducklake_flush_inlined_data('pond')")
    append(lake, 2, [ROW._replace(description="it's")])
    assert [row.description for row in read_history(lake).rows] == ["日本", "it's"]


def test_reading_leaves_no_snapshot(lake: Lake, config: Config) -> None:
    make_table(lake)
    before = snapshots(lake)
    read_history(lake)
    assert snapshots(lake) == before


def test_a_table_of_another_schema_is_none(lake: Lake) -> None:
    lake.connection.execute('CREATE TABLE pond."his""tory" (i INTEGER)')
    assert read_history(lake).rows == ()


def test_a_dropped_table_is_none(lake: Lake) -> None:
    make_table(lake)
    lake.connection.execute(f"DROP TABLE {lake.history_table}")
    assert read_history(lake).rows == ()


def test_a_table_that_is_no_history(lake: Lake, config: Config) -> None:
    lake.connection.execute('CREATE SCHEMA pond."s 1"')
    lake.connection.execute(f"CREATE TABLE {lake.history_table} (installed_rank INTEGER)")
    with pytest.raises(InputError) as caught:
        read_history(lake)
    assert caught.value.place == config.connection.duckdb_metadata_path
    assert caught.value.message.startswith(f"the table {TABLE} is no history of ducktracker: Binder Error: ")
    assert "\n" not in caught.value.message


def test_a_row_of_an_unknown_type(lake: Lake) -> None:
    make_table(lake)
    append(lake, 1, [ROW])
    lake.connection.execute(f"UPDATE {lake.history_table} SET migration_type = 'Z'")
    with pytest.raises(InputError) as caught:
        read_history(lake)
    assert caught.value.message == f"the table {TABLE} has a row of the unknown type 'Z'"
    assert caught.value.hint == "a newer ducktracker may know it"


def test_no_lake_in_a_file(config: Config) -> None:
    with open(config.connection.duckdb_metadata_path, "w") as file:
        file.write("hello")
    with pytest.raises(LakeError, match="not a DuckLake catalog file"):
        history_of(config)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(
            "DROP COLUMN version; ADD COLUMN version HUGEINT DEFAULT 1e30", "a number in the row 1", id="huge"
        ),
        pytest.param(
            "DROP COLUMN version; ADD COLUMN version VARCHAR DEFAULT 'x'", "a wrong value in the row 1", id="text"
        ),
        pytest.param("DROP COLUMN success; ADD COLUMN success DOUBLE DEFAULT 0.5", "a wrong value", id="a number"),
        pytest.param("DROP COLUMN script; ADD COLUMN script VARCHAR", "a wrong value", id="NULL"),
        pytest.param("DROP COLUMN installed_on; ADD COLUMN installed_on TIMESTAMP", "a wrong value", id="no time"),
        pytest.param(
            "DROP COLUMN installed_on; ADD COLUMN installed_on VARCHAR DEFAULT 'x'",
            "a value that can't be read: Conversion Error",
            id="text for a time",
        ),
        pytest.param("DROP COLUMN checksum; ADD COLUMN checksum BLOB DEFAULT '\\xFF'", "is not UTF-8", id="bytes"),
        pytest.param("DROP COLUMN script", "a wrong value", id="a column is missing"),
    ],
)
def test_rows_that_others_wrote(lake: Lake, change: str, problem: str) -> None:
    make_table(lake)
    column = change.split()[2].rstrip(";")
    for clause in change.split("; "):
        lake.connection.execute(f"ALTER TABLE {lake.history_table} {clause}")
    values = (
        "1 AS installed_rank, 1 AS version, '' AS description, 'V' AS migration_type, '' AS script, '' AS checksum,"
    )
    values += "'' AS installed_by, now()::TIMESTAMP AS installed_on, 1 AS execution_time_ms, true AS success"
    query = f"INSERT INTO {lake.history_table} BY NAME SELECT * EXCLUDE ({column}) FROM (SELECT {values})"
    lake.connection.execute(query)
    with pytest.raises(InputError, match=problem):
        read_history(lake)


@pytest.mark.parametrize("on", ["infinity", "-infinity", "290000-12-31", "0044-03-15 (BC)"])
def test_times_that_others_wrote(lake: Lake, on: str) -> None:
    make_table(lake)
    append(lake, 1, [ROW])
    lake.connection.execute(f"UPDATE {lake.history_table} SET installed_on = '{on}'")
    assert len(read_history(lake).rows) == 1
