import pytest

from dt_contract.history import HistoryDocument, HistoryRow, RowType
from dt_contract.migrations import Migration, MigrationType
from dt_contract.status import State
from dt_history.ledger import ledger, matches
from dt_history.state import state_of


def row(
    script: str,
    *,
    success: bool = True,
    checksum: str = "sum",
    type_: RowType | None = None,
    version: int | None = None,
) -> HistoryRow:
    """A row for V<version>__x.sql or R__x.sql."""
    if script.startswith(("V", "U")) and version is None:
        version = int(script[1:].partition("__")[0])
    return HistoryRow(
        installed_rank=0,
        version=version,
        description="x",
        type=type_ or ("repeatable" if version is None else "versioned"),
        script=script,
        checksum=checksum,
        installed_by="ann",
        installed_on="2026-11-22T18:00:00.000000Z",
        execution_ms=1,
        success=success,
        lake_snapshot=1,
    )


def baseline(version: int) -> HistoryRow:
    return row(f"<< Baseline V{version} >>", version=version, type_="baseline", checksum="baseline")


def repair(script: str, checksum: str) -> HistoryRow:
    return row(script, checksum=checksum, type_="repair")


def undone(script: str) -> HistoryRow:
    return row(script, type_="undone")


def file(script: str, checksum: str = "sum", raw: str | None = None) -> Migration:
    version = int(script[1:].partition("__")[0]) if script.startswith("V") else None
    type_: MigrationType = "repeatable" if version is None else "versioned"
    return Migration(type=type_, version=version, description="x", script=script, checksum=checksum, raw_checksum=raw)


V2, R = "V2__x.sql", "R__x.sql"
FAILED_V2, FAILED_R = row(V2, success=False), row(R, success=False)


@pytest.mark.parametrize(
    ("migration", "rows", "state"),
    [
        pytest.param(file(V2), [], "pending", id="nothing is known of it"),
        pytest.param(file(V2), [row("V1__x.sql")], "pending", id="above the current version"),
        pytest.param(file(V2), [row("V3__x.sql")], "out-of-order", id="below the current version"),
        pytest.param(file(V2), [row("V3__x.sql", success=False)], "pending", id="below a failed version"),
        pytest.param(file(V2), [row(V2)], "applied", id="applied"),
        pytest.param(file(V2, "new"), [row(V2)], "applied", id="applied and edited since"),
        pytest.param(file(V2), [FAILED_V2], "failed", id="failed"),
        pytest.param(file(V2, "new"), [FAILED_V2], "failed", id="failed and mended since"),
        pytest.param(file(V2), [FAILED_V2, row(V2)], "applied", id="failed, then applied"),
        pytest.param(file(V2), [row(V2), FAILED_V2], "applied", id="applied, then failed again"),
        pytest.param(file("V02__y.sql"), [row(V2)], "applied", id="renamed, with a zero before its version"),
        pytest.param(file(V2), [baseline(3)], "baselined", id="below the baseline"),
        pytest.param(file(V2), [baseline(2)], "baselined", id="at the baseline"),
        pytest.param(file(V2), [baseline(1)], "pending", id="above the baseline"),
        pytest.param(file(V2), [baseline(2), FAILED_V2], "baselined", id="failed, below the baseline"),
        pytest.param(file(V2), [FAILED_V2, repair(V2, "cleared")], "pending", id="failed, and cleared"),
        pytest.param(file(R, "new"), [row(R), FAILED_R, repair(R, "cleared")], "outdated", id="a cleared repeatable"),
        pytest.param(file(R, "new"), [row(R), repair(R, "new")], "applied", id="an edit that was accepted"),
        pytest.param(file(R), [repair(R, "sum")], "pending", id="a repair of what was never applied"),
        pytest.param(file(V2), [baseline(1), row("V3__x.sql")], "out-of-order", id="between baseline and current"),
        pytest.param(file(V2), [row(V2), undone(V2)], "undone", id="undone"),
        pytest.param(file(V2, "new"), [row(V2), undone("U2__x.sql")], "undone", id="undone by a U file, edited since"),
        pytest.param(file(V2), [row(V2), row("V3__x.sql"), undone(V2)], "undone", id="undone, below the current one"),
        pytest.param(file(V2), [row(V2), undone(V2), row(V2)], "applied", id="undone, then applied again"),
        pytest.param(file(V2), [row(V2), undone(V2), FAILED_V2], "failed", id="undone, then failed"),
        pytest.param(file(R), [row(R), undone(R)], "undone", id="a repeatable that was undone"),
        pytest.param(file(R), [], "pending", id="repeatable"),
        pytest.param(file(R), [row("V3__x.sql"), baseline(9)], "pending", id="repeatable has no order"),
        pytest.param(file(R), [row(R)], "applied", id="repeatable, as it was applied"),
        pytest.param(file(R, "new"), [row(R)], "outdated", id="repeatable, edited since"),
        pytest.param(file(R, "new"), [row(R), row(R, checksum="new")], "applied", id="repeatable, applied again"),
        pytest.param(
            file(R), [row(R), row(R, checksum="new")], "outdated", id="repeatable, edited back to an old text"
        ),
        pytest.param(file(R), [FAILED_R], "failed", id="repeatable, failed"),
        pytest.param(file(R, "new"), [row(R), FAILED_R], "failed", id="repeatable, failed after a success"),
        pytest.param(file(R), [row(R), FAILED_R], "applied", id="repeatable, failed, reverted to what was applied"),
        pytest.param(file("R__y.sql"), [row(R)], "pending", id="repeatable, renamed"),
        pytest.param(file(V2), [row(V2, type_="snapshot")], "pending", id="a snapshot row is no migration"),
        pytest.param(file(V2), [row(V2, type_="accepted")], "pending", id="an accepted row is no migration"),
    ],
)
def test_state_of(migration: Migration, rows: list[HistoryRow], state: State) -> None:
    assert state_of(migration, ledger(HistoryDocument(table="t", rows=tuple(rows)))) == state


@pytest.mark.parametrize(
    ("rows", "version"),
    [
        pytest.param([], None, id="no history"),
        pytest.param([row(R)], None, id="only repeatables"),
        pytest.param([row("V1__x.sql"), row("V3__x.sql"), row(V2)], 3, id="the highest, not the last"),
        pytest.param([row("V1__x.sql"), FAILED_V2], 1, id="a failed one does not count"),
        pytest.param([baseline(3)], 3, id="a baseline"),
        pytest.param([baseline(3), row("V4__x.sql")], 4, id="above a baseline"),
        pytest.param([baseline(0)], 0, id="a baseline at 0"),
        pytest.param([row("V20261122094500__x.sql")], 20261122094500, id="beyond 32 bits"),
    ],
)
def test_current_version(rows: list[HistoryRow], version: int | None) -> None:
    assert ledger(HistoryDocument(table="t", rows=tuple(rows))).current_version == version


@pytest.mark.parametrize(
    ("migration", "expected"),
    [
        pytest.param(file(V2, "sum"), True, id="the text's sum"),
        pytest.param(file(V2, "other", raw="sum"), True, id="the raw bytes' sum, as 0.1.0 stored it"),
        pytest.param(file(V2, "other"), False, id="another sum"),
        pytest.param(file(V2, "other", raw="another"), False, id="other sums"),
    ],
)
def test_matches(migration: Migration, expected: bool) -> None:
    assert matches(row(V2), migration) is expected


THEIRS = row("V2__theirs.sql", checksum="theirs")


@pytest.mark.parametrize(
    ("mine", "rows", "state"),
    [
        pytest.param(file("V2__mine.sql", "mine"), [THEIRS], "out-of-order", id="another name and content"),
        pytest.param(file("V2__mine.sql", "theirs"), [THEIRS], "applied", id="renamed"),
        pytest.param(file("V2__mine.sql", "x", raw="theirs"), [THEIRS], "applied", id="renamed, with the sum of 0.1.0"),
        pytest.param(file("V2__theirs.sql", "mine"), [THEIRS], "applied", id="edited"),
        pytest.param(file("V02__theirs.sql", "mine"), [THEIRS], "applied", id="edited, with a zero more"),
        pytest.param(file("V2__Theirs.sql", "mine"), [THEIRS], "applied", id="edited, in other letters"),
        pytest.param(file("V2__mine.sql", "mine"), [row("V2__theirs.sql", success=False)], "failed", id="failed"),
        pytest.param(file("V2__mine.sql", "mine"), [baseline(2)], "baselined", id="baselined"),
        pytest.param(file("V2__mine.sql", "mine"), [THEIRS, row("V3__x.sql")], "out-of-order", id="with a later one"),
        pytest.param(
            file("V2__mine.sql", "mine"), [THEIRS, repair("V2__mine.sql", "mine")], "applied", id="repaired by 0.1"
        ),
    ],
)
def test_two_files_of_one_version(mine: Migration, rows: list[HistoryRow], state: State) -> None:
    assert state_of(mine, ledger(HistoryDocument(table="t", rows=tuple(rows)))) == state
