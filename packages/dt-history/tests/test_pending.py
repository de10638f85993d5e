import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dt_config.config import Behavior
from dt_contract.errors import InputError, Refused
from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.migrations import Fault, Migration, MigrationsDocument, MigrationType
from dt_history.assess import assess
from dt_history.pending import pending

DEFAULT = Behavior()
ANYTHING_GOES = Behavior(validate_on_migrate=False, out_of_order=True)
SUMS = st.sampled_from(["a" * 64, "b" * 64])


def file(name: int | str, checksum: str = "a" * 64) -> Migration:
    version = name if isinstance(name, int) else None
    script = f"R__{name}.sql" if version is None else f"V{name}__x.sql"
    type_: MigrationType = "repeatable" if version is None else "versioned"
    return Migration(type=type_, version=version, description=str(name), script=script, checksum=checksum)


def row(name: int | str, checksum: str = "a" * 64, *, success: bool = True) -> HistoryRow:
    migration = file(name)
    return HistoryRow(
        installed_rank=1,
        version=migration.version,
        description=migration.description,
        type=migration.type,
        script=migration.script,
        checksum=checksum,
        installed_by="ann",
        installed_on="2026-11-22T18:00:00.000000Z",
        execution_ms=1,
        success=success,
        lake_snapshot=7,
    )


def baseline(version: int) -> HistoryRow:
    at = msgspec.structs.replace(row(version), type="baseline", checksum="baseline")
    return msgspec.structs.replace(at, script=f"<< Baseline V{version} >>")


def folder(*files: Migration) -> MigrationsDocument:
    order = sorted(files, key=lambda item: (item.version is None, item.version or 0, item.description))
    return MigrationsDocument(directory="migrations", migrations=tuple(order))


def history(*rows: HistoryRow) -> HistoryDocument:
    return HistoryDocument(table="t", rows=rows)


def names(migrations: list[Migration]) -> list[int | str]:
    return [item.description if item.version is None else item.version for item in migrations]


@pytest.mark.parametrize(
    ("files", "rows", "expected"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param([file("b"), file(2), file("a"), file(1)], [], [1, 2, "a", "b"], id="versions, then repeatables"),
        pytest.param([file(1), file(2), file("a")], [row(1), row("a")], [2], id="what is applied is left out"),
        pytest.param([file("a", "b" * 64)], [row("a")], ["a"], id="an outdated repeatable"),
        pytest.param([file(1), file("a")], [row(1, success=False)], [1, "a"], id="a failed one is tried again"),
        pytest.param([file("a")], [row("a"), row("a", success=False)], [], id="a failed repeatable put back"),
        pytest.param([file(1), file(2), file(3)], [baseline(2)], [3], id="what a baseline covers is left out"),
        pytest.param([file(2)], [row(1), row(3, success=False)], [2], id="below a failed version"),
        pytest.param([file(2)], [row(1), row(2)], [], id="a file that is gone is no matter"),
    ],
)
def test_pending(files: list[Migration], rows: list[HistoryRow], expected: list[int | str]) -> None:
    assert names(pending(folder(*files), history(*rows), DEFAULT)) == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(1, [], id="at the current version, with versions above"),
        pytest.param(2, [2], id="repeatables wait for the versions above"),
        pytest.param(3, [2, 3, "a"], id="repeatables when nothing waits above"),
        pytest.param(9, [2, 3, "a"], id="above all"),
    ],
)
def test_a_target(target: int, expected: list[int | str]) -> None:
    files = folder(file(1), file(2), file(3), file("a"))
    assert names(pending(files, history(row(1)), DEFAULT, target)) == expected


BELOW = "the lake is already at version 3, above the target 2"


@pytest.mark.parametrize(
    ("rows", "behavior"),
    [
        pytest.param([row(3)], DEFAULT, id="applied"),
        pytest.param([baseline(3)], DEFAULT, id="baselined"),
        pytest.param([row(3)], ANYTHING_GOES, id="out of order does not allow it"),
    ],
)
def test_a_target_below_the_current_version(rows: list[HistoryRow], behavior: Behavior) -> None:
    with pytest.raises(Refused) as caught:
        pending(folder(file(1), file(4)), history(*rows), behavior, target=2)
    assert str(caught.value) == BELOW


def test_a_version_below_the_current_one() -> None:
    with pytest.raises(Refused) as caught:
        pending(folder(file(2), file(3)), history(row(3)), DEFAULT)
    assert str(caught.value) == "V2__x.sql: version 2 is below 3, the current version of the lake"
    assert caught.value.hint == "give it a version above 3, or set behavior.out_of_order = true"


def test_a_version_below_the_current_one_out_of_order() -> None:
    assert names(pending(folder(file(2), file(3)), history(row(3)), Behavior(out_of_order=True))) == [2]


@pytest.mark.parametrize(
    ("edited", "more"),
    [
        pytest.param([1], "", id="one"),
        pytest.param([1, 2, 3], ", and 2 more", id="three"),
    ],
)
def test_a_checksum_mismatch(edited: list[int], more: str) -> None:
    with pytest.raises(Refused) as caught:
        pending(folder(*(file(version, "b" * 64) for version in edited)), history(row(1), row(2), row(3)), DEFAULT)
    expected = f"(checksum {'a' * 12}… -> {'b' * 12}…){more}"
    assert str(caught.value) == f"V1__x.sql: was edited after it was applied {expected}"


def test_a_checksum_mismatch_unvalidated() -> None:
    behavior = Behavior(validate_on_migrate=False)
    assert names(pending(folder(file(1, "b" * 64), file(2)), history(row(1)), behavior)) == [2]


def test_a_fault_of_the_folder_comes_first() -> None:
    fault = Fault(code="bad-name", script="x.sql", message="the name is wrong")
    faulty = msgspec.structs.replace(folder(file(1, "b" * 64)), faults=(fault,))
    with pytest.raises(InputError, match=r"^x\.sql: the name is wrong$"):
        pending(faulty, history(row(1)), ANYTHING_GOES)


NAMES = st.integers(1, 6) | st.sampled_from("xyz")
FOLDERS = st.lists(st.builds(file, NAMES, SUMS), unique_by=lambda item: item.script).map(lambda all_: folder(*all_))
HISTORIES = st.builds(
    lambda first, rows: history(*first, *rows),
    st.lists(st.builds(baseline, st.integers(1, 6)), max_size=1),
    st.lists(st.builds(row, NAMES, SUMS, success=st.booleans()), max_size=12),
)


@given(FOLDERS, HISTORIES)
def test_what_is_pending_is_what_info_shows_so(migrations: MigrationsDocument, recorded: HistoryDocument) -> None:
    chosen = {item.script for item in pending(migrations, recorded, ANYTHING_GOES)}
    files = {item.script for item in migrations.migrations}
    waiting = {"pending", "failed", "outdated", "out-of-order"}
    shown = assess(migrations, recorded).migrations
    assert chosen == {item.script for item in shown if item.state in waiting and item.script in files}


@given(FOLDERS, HISTORIES)
def test_when_what_is_pending_was_applied_nothing_is(migrations: MigrationsDocument, recorded: HistoryDocument) -> None:
    chosen = pending(migrations, recorded, ANYTHING_GOES)
    applied = [row(name, item.checksum) for name, item in zip(names(chosen), chosen, strict=True)]
    after = history(*recorded.rows, *applied)
    assert pending(migrations, after, ANYTHING_GOES) == []
    assert not {"pending", "outdated", "out-of-order"} & set(assess(migrations, after).counts)


@given(FOLDERS, HISTORIES)
def test_a_run_that_is_not_refused_is_in_order(migrations: MigrationsDocument, recorded: HistoryDocument) -> None:
    """Each version is above the one before it, and above all that was applied."""
    try:
        chosen = pending(migrations, recorded, DEFAULT)
    except Refused:
        return
    current = assess(migrations, recorded).current_version
    versions = [-1 if current is None else current, *(item.version for item in chosen if item.version is not None)]
    assert versions == sorted(set(versions))


@given(FOLDERS, HISTORIES, st.integers(0, 7))
def test_a_target_only_takes_away(migrations: MigrationsDocument, recorded: HistoryDocument, target: int) -> None:
    everything = pending(migrations, recorded, ANYTHING_GOES)
    try:
        chosen = pending(migrations, recorded, ANYTHING_GOES, target)
    except Refused:
        return
    assert [item for item in everything if item in chosen] == chosen
    assert all(item.version is None or item.version <= target for item in chosen)
