"""Of which migrations it isn't known whether their files are whole, and what is said of those that are gone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from dt_contract.history import HistoryDocument, HistoryRow
from dt_history.whole import KNOWN_LOST, FilesLost, all_lost_files, lost_files, marked, unknown, unmarked, whole_to
from dt_lake.datafiles import live_files
from dt_lake.lake import Lake

NOW, OLD = (f"{datetime.now(tz=UTC) - timedelta(days=days):%Y-%m-%dT%H:%M:%S.%fZ}" for days in (0, 3))
ROW = HistoryRow(
    installed_rank=1,
    version=1,
    description="x",
    type="versioned",
    script="V1__x.sql",
    checksum="c",
    installed_by="ann",
    installed_on=NOW,
    execution_ms=1,
    success=True,
    lake_snapshot=5,
)
COPY = replace(ROW, type="snapshot", version=None, script="<< Snapshot >>", checksum="snapshot", lake_snapshot=6)
NOTED = replace(ROW, type="repair", version=None, script=KNOWN_LOST[0], checksum=KNOWN_LOST[1], lake_snapshot=6)


@pytest.mark.parametrize(
    ("rows", "scripts"),
    [
        pytest.param([ROW], ["V1__x.sql"], id="without a copy"),
        pytest.param([ROW, replace(COPY, description="schema of lake snapshot 5")], ["V1__x.sql"], id="without a mark"),
        pytest.param([ROW, replace(COPY, description=marked("schema", 5))], [], id="whole"),
        pytest.param([ROW, replace(COPY, description=marked("schema", 4))], ["V1__x.sql"], id="not yet whole"),
        pytest.param([ROW, replace(COPY, description=marked("schema", None))], ["V1__x.sql"], id="not known"),
        pytest.param([ROW, NOTED], [], id="noted"),
        pytest.param([NOTED, replace(ROW, lake_snapshot=7)], ["V1__x.sql"], id="after the note"),
        pytest.param([replace(ROW, success=False)], [], id="failed"),
        pytest.param([replace(ROW, type="repair")], [], id="another repair"),
        pytest.param([replace(ROW, description=marked("mine", 9))], ["V1__x.sql"], id="a description like a mark"),
    ],
)
def test_what_is_not_known(rows: list[HistoryRow], scripts: list[str]) -> None:
    assert [row.script for row in unknown(HistoryDocument(table="h", rows=tuple(rows)))] == scripts


@pytest.mark.parametrize("whole", [0, 7, None])
def test_a_mark_can_be_taken_off(whole: int | None) -> None:
    assert unmarked(marked("schema of lake snapshot 7", whole)) == "schema of lake snapshot 7"


def made(lake: Lake, *installed_on: str) -> HistoryDocument:
    """A history of migrations that each created a table with a file."""
    rows = []
    for number, on in enumerate(installed_on, 1):
        lake.connection.execute(f"CREATE TABLE pond.main.t{number} AS SELECT i FROM range(3000) r(i)")
        snapshot = live_files(lake)[-1].snapshot
        rows.append(
            replace(ROW, installed_rank=number, script=f"V{number}.sql", installed_on=on, lake_snapshot=snapshot)
        )
    return HistoryDocument(table="h", rows=tuple(rows))


def test_what_is_old_is_whole_and_what_another_just_committed_is_not(lake: Lake) -> None:
    history = made(lake, OLD, NOW, NOW)
    old, second, third = (row.lake_snapshot or 0 for row in history.rows)
    assert whole_to(lake, history, [second, third]) is None
    assert whole_to(lake, history, [second]) == third - 1
    assert whole_to(lake, history, []) == second - 1 >= old


def test_what_is_gone_is_named(lake: Lake) -> None:
    history = made(lake, OLD, NOW)
    assert lost_files(lake, history) is None
    first, second = live_files(lake)
    Path(second.path).unlink()
    with pytest.raises(FilesLost) as caught:
        whole_to(lake, history, [])
    for lost in (caught.value, lost_files(lake, history), all_lost_files(lake, history)):
        assert lost is not None
        assert (lost.place, lost.excerpt, lost.snapshot) == ("V2.sql", second.path, second.snapshot)
        assert lost.message.endswith("its rows are lost: 1 file of main.t2 is gone")
    assert whole_to(lake, history, [second.snapshot]) is None
    Path(first.path).unlink()
    both = lost_files(lake, history)
    assert both is not None
    assert both.message.endswith(
        "its rows and those of 1 other migration are lost: 2 files of main.t1, main.t2 are gone"
    )
