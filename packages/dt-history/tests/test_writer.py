from contextlib import suppress
from dataclasses import dataclass

import duckdb
import pytest
from msgspec.structs import replace

from dt_contract.errors import LakeBusy
from dt_contract.history import HistoryDocument
from dt_history.read import read_history
from dt_history.table import NewRow
from dt_history.tail import HistoryTail, read_tail
from dt_history.writer import Overtaken, appending
from dt_lake.errors import is_conflict
from dt_lake.lake import Lake

ROW = NewRow("versioned", 1, "birds", "V1__birds.sql", "c" * 64, 12)


def written(lake: Lake, *rows: NewRow) -> int:
    """Append rows, and return their lake snapshot."""
    tail = read_tail(lake)[1]
    with appending(lake, "V1", [row.script for row in rows], tail=tail, last=rows[-1].script) as writer:
        writer.append(rows)
    return writer.snapshot


def scripts(lake: Lake) -> list[tuple[int, str, int | None]]:
    return [(row.installed_rank, row.script, row.lake_snapshot) for row in read_history(lake).rows]


def test_the_first_rows_make_the_table(lake: Lake) -> None:
    assert read_tail(lake)[1].size == (0, 0)
    first = written(lake, ROW, ROW._replace(script="V2__ponds.sql"))
    second = written(lake, ROW._replace(script="V3__x.sql"))
    assert scripts(lake) == [(1, "V1__birds.sql", first), (2, "V2__ponds.sql", first), (3, "V3__x.sql", second)]


def test_the_commit_says_what_it_is(lake: Lake) -> None:
    snapshot = written(lake, ROW)
    query = f"SELECT commit_message, commit_extra_info FROM {lake.metadata('ducklake_snapshot_changes')} "
    ((message, extra),) = lake.connection.execute(query + f"WHERE snapshot_id = {snapshot}").fetchall()
    assert message.startswith("ducktracker ")
    assert message.endswith(": V1")
    assert '"scripts":["V1__birds.sql"]' in extra


def test_a_longer_history_is_not_appended_to(lake: Lake) -> None:
    tail = read_tail(lake)[1]
    written(lake, ROW)
    before = scripts(lake)
    with pytest.raises(Overtaken) as caught, appending(lake, "late", tail=tail, last="late") as writer:
        writer.append([ROW])
    assert isinstance(caught.value, LakeBusy)
    assert scripts(lake) == before


def test_what_else_was_committed_does_not_matter(lake: Lake) -> None:
    written(lake, ROW)
    tail = read_tail(lake)[1]
    lake.connection.execute(f"CREATE TABLE {lake.catalog}.main.other (a INTEGER)")
    with appending(lake, "V2", tail=tail, last="V2") as writer:
        writer.append([ROW._replace(script="V2__x.sql")])
    assert [script for _, script, _ in scripts(lake)] == ["V1__birds.sql", "V2__x.sql"]


def test_an_error_takes_all_back(lake: Lake) -> None:
    tail = read_tail(lake)[1]
    with suppress(duckdb.CatalogException), appending(lake, "V1", tail=tail, last="V1") as writer:
        writer.append([ROW])
        lake.connection.execute("SELECT * FROM missing")
    assert read_tail(lake) == (read_history(lake), tail)


def test_the_tail_that_is_reckoned_is_the_one_that_is_read(lake: Lake) -> None:
    written(lake, NewRow("snapshot", None, "", "<< Snapshot >>", "snapshot"))
    written(lake, ROW)
    tail = read_tail(lake)[1]
    assert tail == replace(tail, rows=2, last_rank=2, last_script="V1__birds.sql", last_copy=1)
    snapshot = written(lake, ROW._replace(script="V2__x.sql"), ROW._replace(script="V3__x.sql"))
    assert tail.after(["V2__x.sql", "V3__x.sql"], snapshot) == read_tail(lake)[1]


def test_the_tail_of_no_history() -> None:
    assert HistoryTail.of(HistoryDocument(table=""), 7) == HistoryTail(7)


@dataclass(frozen=True)
class Case:
    error: Exception
    conflict: bool


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(Case(duckdb.TransactionException("Transaction conflict - x"), True), id="conflict"),
        pytest.param(
            Case(duckdb.TransactionException("Exceeded the maximum retry count of 10"), True), id="all the time"
        ),
        pytest.param(Case(duckdb.TransactionException("cannot start a transaction"), False), id="another"),
        pytest.param(Case(duckdb.ConstraintException("conflict"), False), id="of another type"),
    ],
)
def test_which_error_is_a_conflict(case: Case) -> None:
    assert is_conflict(case.error) == case.conflict
