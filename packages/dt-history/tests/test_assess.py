from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.migrations import Fault, Migration, MigrationsDocument, MigrationType
from dt_contract.status import MigrationStatus
from dt_history.assess import assess, check_faults
from dt_history.problems import validate

SUMS = st.sampled_from(["a", "b", "c"])


def file(name: int | str, checksum: str = "a", raw: str | None = None) -> Migration:
    version = name if isinstance(name, int) else None
    script = f"R__{name}.sql" if version is None else f"V{name}__x.sql"
    type_: MigrationType = "repeatable" if version is None else "versioned"
    description = "x" if version else str(name)
    return Migration(
        type=type_, version=version, description=description, script=script, checksum=checksum, raw_checksum=raw
    )


def row(name: int | str, *, success: bool = True, checksum: str = "a", snapshot: int = 7) -> HistoryRow:
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
        lake_snapshot=snapshot,
    )


def baseline(version: int) -> HistoryRow:
    return HistoryRow(
        installed_rank=1,
        version=version,
        description="was there",
        type="baseline",
        script=f"<< Baseline V{version} >>",
        checksum="baseline",
        installed_by="ann",
        installed_on="2026-11-22T18:00:00.000000Z",
        execution_ms=0,
        success=True,
        lake_snapshot=3,
    )


def folder(*files: Migration) -> MigrationsDocument:
    return MigrationsDocument(directory="migrations", migrations=files)


def history(*rows: HistoryRow) -> HistoryDocument:
    return HistoryDocument(table="t", rows=rows)


def test_nothing() -> None:
    status = assess(folder(), history())
    assert (status.current_version, status.counts, status.migrations) == (None, {}, ())


def test_an_applied_migration() -> None:
    (item,) = assess(folder(file(1, "new")), history(row(1))).migrations
    assert item == MigrationStatus(
        version=1,
        description="x",
        type="versioned",
        script="V1__x.sql",
        state="applied",
        installed_on="2026-11-22T18:00:00.000000Z",
        checksum="new",
        applied_checksum="a",
        lake_snapshot=7,
    )


def test_a_failed_migration_has_the_time_of_its_attempt_and_nothing_else() -> None:
    (item,) = assess(folder(file(1)), history(row(1, success=False))).migrations
    assert (item.state, item.applied_checksum, item.lake_snapshot) == ("failed", None, None)
    assert item.installed_on == "2026-11-22T18:00:00.000000Z"


def test_an_outdated_repeatable_shows_both_sums() -> None:
    (item,) = assess(folder(file("names", "new")), history(row("names"))).migrations
    assert (item.state, item.checksum, item.applied_checksum) == ("outdated", "new", "a")


def test_a_file_that_is_gone() -> None:
    (item,) = assess(folder(), history(row(1))).migrations
    assert (item.state, item.script, item.checksum, item.applied_checksum) == ("missing", "V1__x.sql", None, "a")


def test_a_failed_file_that_is_gone() -> None:
    (item,) = assess(folder(), history(row(1, success=False))).migrations
    assert (item.state, item.applied_checksum) == ("failed", None)


def test_a_baseline_is_listed_before_the_files_that_it_covers() -> None:
    status = assess(folder(file(2), file(3), file(4)), history(baseline(2)))
    assert [(item.version, item.type, item.state) for item in status.migrations] == [
        (2, "baseline", "baselined"),
        (2, "versioned", "baselined"),
        (3, "versioned", "pending"),
        (4, "versioned", "pending"),
    ]
    assert (status.current_version, status.counts) == (2, {"baselined": 2, "pending": 2})


def test_versioned_by_version_then_repeatables_by_description() -> None:
    status = assess(folder(file("b"), file(10), file("a"), file(9)), history(row("c"), row(2)))
    assert [item.script for item in status.migrations] == [
        "V2__x.sql",
        "V9__x.sql",
        "V10__x.sql",
        "R__a.sql",
        "R__b.sql",
        "R__c.sql",
    ]


@pytest.mark.parametrize(
    ("files", "mismatches"),
    [
        pytest.param([file(1), file(2)], [], id="as they were applied"),
        pytest.param([file(1, "new"), file(2, "new")], [1, 2], id="both edited"),
        pytest.param([file(1, "new", raw="a")], [], id="the raw bytes are what 0.1.0 applied"),
        pytest.param([file(2, "new"), file(3, "new")], [2], id="a pending one can't mismatch"),
        pytest.param([file("names", "new")], [], id="nor can a repeatable"),
        pytest.param([], [], id="nor can a file that is gone"),
    ],
)
def test_validate(files: list[Migration], mismatches: list[int]) -> None:
    found = validate(folder(*files), history(row(1), row(2), row("names"), row(3, success=False)))
    assert [mismatch.version for mismatch in found.mismatches] == mismatches


def test_a_mismatch_shows_both_sums() -> None:
    (mismatch,) = validate(folder(file(1, "new")), history(row(1))).mismatches
    assert (mismatch.script, mismatch.applied_checksum, mismatch.checksum) == ("V1__x.sql", "a", "new")


def test_what_a_baseline_covers_is_never_a_mismatch() -> None:
    assert validate(folder(file(1, "new")), history(baseline(2))).mismatches == ()


NAME = Fault(code="bad-name", script="x.sql", message="the name is wrong")
LINE = Fault(code="not-utf-8", script="V1__x.sql", message="V1__x.sql:3: is not UTF-8 (byte 0xff)")


@pytest.mark.parametrize(
    ("faults", "said", "hint"),
    [
        pytest.param([NAME], "x.sql: the name is wrong", None, id="one"),
        pytest.param([LINE], "V1__x.sql:3: is not UTF-8 (byte 0xff)", None, id="with a line, said once"),
        pytest.param([NAME, LINE], "x.sql: the name is wrong", "dt-scan shows all 2 faults of migrations", id="two"),
    ],
)
def test_a_folder_with_faults_is_refused(faults: list[Fault], said: str, hint: str | None) -> None:
    document = MigrationsDocument(directory="migrations", migrations=(file(1),), faults=tuple(faults))
    for refuse in (check_faults, lambda document: assess(document, history())):
        with pytest.raises(InputError) as caught:
            refuse(document)
        assert (str(caught.value), caught.value.hint) == (said, hint)


NAMES = st.integers(0, 5) | st.sampled_from("xyz")
FOLDERS = st.lists(st.builds(file, NAMES, SUMS, st.none() | SUMS), unique_by=lambda item: item.script).map(
    lambda files: folder(*files)
)
ROWS = st.lists(st.builds(row, NAMES, success=st.booleans(), checksum=SUMS), max_size=12)
HISTORIES = st.builds(
    lambda first, rows: history(*first, *rows), st.lists(st.builds(baseline, st.integers(0, 5)), max_size=1), ROWS
)


@given(FOLDERS, HISTORIES)
def test_each_file_and_each_recorded_migration_has_exactly_one_state(
    migrations: MigrationsDocument, recorded: HistoryDocument
) -> None:
    status = assess(migrations, recorded)
    scripts = [item.script for item in status.migrations]
    assert sorted(scripts) == sorted(set(scripts))
    assert set(scripts) == {item.script for item in (*migrations.migrations,)} | {item.script for item in recorded.rows}
    assert status.counts == Counter(item.state for item in status.migrations)


@given(FOLDERS, HISTORIES)
def test_only_a_file_can_wait_and_only_a_missing_one_has_none(
    migrations: MigrationsDocument, recorded: HistoryDocument
) -> None:
    files = {item.script for item in migrations.migrations}
    for item in assess(migrations, recorded).migrations:
        if item.state in ("pending", "outdated", "out-of-order", "applied"):
            assert item.script in files
        if item.state == "missing":
            assert item.script not in files


@given(FOLDERS, HISTORIES, st.data())
def test_the_order_of_rows_of_different_migrations_does_not_matter(
    migrations: MigrationsDocument, recorded: HistoryDocument, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(recorded.rows))
    queues = {script: [r for r in recorded.rows if r.script == script] for script in {r.script for r in shuffled}}
    reordered = [queues[item.script].pop(0) for item in shuffled]
    assert assess(migrations, history(*reordered)) == assess(migrations, recorded)


@given(FOLDERS, HISTORIES)
def test_the_order_of_the_files_does_not_matter(migrations: MigrationsDocument, recorded: HistoryDocument) -> None:
    assert assess(folder(*reversed(migrations.migrations)), recorded) == assess(migrations, recorded)


@given(FOLDERS, HISTORIES)
def test_a_success_makes_a_file_applied(migrations: MigrationsDocument, recorded: HistoryDocument) -> None:
    names = [item.version if item.version is not None else item.description for item in migrations.migrations]
    done = [row(name, checksum=item.checksum) for name, item in zip(names, migrations.migrations, strict=True)]
    files = {item.script for item in migrations.migrations}
    after = assess(migrations, history(*recorded.rows, *done))
    assert {item.state for item in after.migrations if item.script in files} <= {"applied"}
