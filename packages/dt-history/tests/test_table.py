from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from dt_history.table import INTEGER_MAX, NewRow, append, installed_by, is_narrow, make_table, widen_version
from dt_lake.lake import Lake

ROW = NewRow("versioned", 1, "birds", "V1__birds.sql", "c" * 64, 12)


def columns(lake: Lake) -> list[tuple[str, str, str]]:
    """Name, type and whether NULL is allowed."""
    described = lake.connection.execute(f"DESCRIBE {lake.history_table}").fetchall()
    return [(name, type_, null) for name, type_, null, *_ in described]


def stored(lake: Lake, what: str) -> list[tuple[object, ...]]:
    return lake.connection.execute(f"SELECT {what} FROM {lake.history_table} ORDER BY installed_rank").fetchall()


def test_the_columns_are_those_of_0_1_0_with_a_wider_version(lake: Lake) -> None:
    make_table(lake)
    assert columns(lake) == [
        ("installed_rank", "INTEGER", "NO"),
        ("version", "BIGINT", "YES"),
        ("description", "VARCHAR", "NO"),
        ("migration_type", "VARCHAR", "NO"),
        ("script", "VARCHAR", "NO"),
        ("checksum", "VARCHAR", "NO"),
        ("installed_by", "VARCHAR", "NO"),
        ("installed_on", "TIMESTAMP", "NO"),
        ("execution_time_ms", "INTEGER", "NO"),
        ("success", "BOOLEAN", "NO"),
        ("snapshot_json", "VARCHAR", "YES"),
        ("snapshot_data", "BLOB", "YES"),
    ]


def test_making_the_table_again_changes_nothing(lake: Lake) -> None:
    make_table(lake)
    append(lake, 1, [ROW])
    make_table(lake)
    assert stored(lake, "script") == [("V1__birds.sql",)]


def test_only_an_older_table_is_narrow(lake: Lake, request: pytest.FixtureRequest) -> None:
    assert not is_narrow(lake)
    make_table(lake)
    assert not is_narrow(lake)
    assert is_narrow(request.getfixturevalue("older"))


def test_widening_keeps_the_rows(older: Lake) -> None:
    append(older, 1, [ROW])
    widen_version(older)
    append(older, 2, [ROW._replace(version=20261122094500)])
    assert not is_narrow(older)
    assert stored(older, "version") == [(1,), (20261122094500,)]


def test_a_large_version_needs_a_wide_column(older: Lake) -> None:
    append(older, 1, [ROW._replace(version=INTEGER_MAX)])
    with pytest.raises(duckdb.Error):
        append(older, 2, [ROW._replace(version=INTEGER_MAX + 1)])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param(ROW, "V", id="versioned"),
        pytest.param(NewRow("repeatable", None, "names", "R__names.sql", "c"), "R", id="repeatable"),
        pytest.param(NewRow("baseline", 3, "was there", "<< Baseline V3 >>", "baseline"), "V", id="baseline"),
        pytest.param(NewRow("snapshot", None, "", "<< Snapshot >>", "snapshot", data=b"\0"), "S", id="snapshot"),
        pytest.param(NewRow("accepted", None, "", "<< Accepted >>", "accepted"), "A", id="accepted"),
        pytest.param(NewRow("repair", 1, "birds", "V1__birds.sql", "c"), "P", id="repair"),
    ],
)
def test_a_row_has_the_code_of_its_type(lake: Lake, row: NewRow, code: str) -> None:
    make_table(lake)
    append(lake, 1, [row])
    what = "migration_type, version, description, script, checksum, execution_time_ms, success, snapshot_data"
    expected = (code, row.version, row.description, row.script, row.checksum, row.execution_ms, row.success, row.data)
    assert stored(lake, what) == [expected]


def test_ranks_go_up_from_the_first(lake: Lake) -> None:
    make_table(lake)
    append(lake, 7, [ROW, ROW._replace(script="V2__ponds.sql", data=b"x"), ROW._replace(success=False, data=b"y")])
    assert stored(lake, "installed_rank, success, snapshot_data") == [
        (7, True, None),
        (8, True, b"x"),
        (9, False, b"y"),
    ]


@pytest.mark.parametrize("text", ["it's", 'a "b"', "a;b -- c", "日本 🦆", "back\\slash", "new\nline"])
def test_any_text_is_kept(lake: Lake, text: str) -> None:
    make_table(lake)
    append(lake, 1, [ROW._replace(description=text, script=f"V1__{text}.sql")])
    assert stored(lake, "description, script") == [(text, f"V1__{text}.sql")]


def test_the_time_is_utc_and_naive(lake: Lake) -> None:
    before = datetime.now(tz=UTC).replace(tzinfo=None)
    make_table(lake)
    append(lake, 1, [ROW])
    ((installed_on,),) = stored(lake, "installed_on")
    assert isinstance(installed_on, datetime)
    assert before <= installed_on <= before + timedelta(minutes=5)


def test_rows_of_a_transaction_that_is_rolled_back_are_gone(lake: Lake) -> None:
    make_table(lake)
    lake.connection.execute("BEGIN")
    append(lake, 1, [ROW])
    lake.connection.execute("ROLLBACK")
    assert stored(lake, "script") == []


@pytest.mark.parametrize(
    ("environment", "who"),
    [
        pytest.param({"USER": "ann", "LOGNAME": "bob"}, "ann", id="USER"),
        pytest.param({"LOGNAME": "bob"}, "bob", id="LOGNAME"),
        pytest.param({"USER": ""}, "ducktracker", id="neither"),
    ],
)
def test_installed_by(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], who: str) -> None:
    for name in ("USER", "LOGNAME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert installed_by() == who
