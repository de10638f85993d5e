"""B files, each of which stands for all versions up to its own."""

import pytest
from msgspec.structs import replace

from dt_config.config import Behavior
from dt_contract.errors import Refused
from dt_contract.history import HistoryDocument, HistoryRow, RowType
from dt_contract.migrations import Migration, MigrationsDocument, MigrationType
from dt_history.assess import assess
from dt_history.pending import pending
from dt_history.problems import validate
from dt_history.versions import snapshot_of

TYPES: dict[str, MigrationType] = {"V": "versioned", "B": "squashed", "R": "repeatable"}
ROW_TYPES: dict[str, RowType] = {"V": "versioned", "B": "squashed", "R": "repeatable", "<": "baseline", "U": "undone"}


def files(text: str) -> MigrationsDocument:
    found = [
        Migration(type=TYPES[name[0]], version=_version(name), description="x", script=f"{name}__x.sql", checksum="sum")
        for name in text.split()
    ]
    found.sort(key=lambda item: (item.version is None, item.version or 0, item.type))
    return MigrationsDocument(directory="migrations", migrations=tuple(found))


def rows(text: str) -> HistoryDocument:
    """`V1!` is a failed V1, and `<3` a baseline at 3."""
    found = [
        HistoryRow(
            installed_rank=rank,
            version=_version(name.rstrip("!")),
            description="x",
            type=ROW_TYPES[name[0]],
            script=f"{name.rstrip('!').replace('U', 'V')}__x.sql",
            checksum="sum",
            installed_by="ann",
            installed_on="2026-11-22T18:00:00.000000Z",
            execution_ms=1,
            success=not name.endswith("!"),
            lake_snapshot=rank,
        )
        for rank, name in enumerate(text.split(), start=1)
    ]
    return HistoryDocument(table="t", rows=tuple(found))


def _version(name: str) -> int | None:
    return int(name[1:]) if name[1:] else None


def told(found: list[Migration]) -> str:
    return " ".join(item.script.partition("__")[0] for item in found)


@pytest.mark.parametrize(
    ("folder", "history", "target", "expected"),
    [
        pytest.param("B3 V4 V5 R", "", None, "B3 V4 V5 R", id="a new lake"),
        pytest.param("V1 V2 V3 B3 V4", "", None, "B3 V4", id="a new lake, files kept"),
        pytest.param("B3 V5 B5 V6", "", None, "B5 V6", id="the highest of two"),
        pytest.param("B3 V4 V5 B5 V6", "", 4, "B3 V4", id="the highest that is not above the target"),
        pytest.param("V1 V2 V3 B3", "", 2, "V1 V2", id="a target below it, files kept"),
        pytest.param("B3 V4 R", "", 3, "B3", id="a target at it"),
        pytest.param("B3 V4", "R", None, "B3 V4", id="only repeatables were applied"),
        pytest.param("B3 V4", "V1!", None, "B3 V4", id="the first migration has failed"),
        pytest.param("B3 V4", "B3!", None, "B3 V4", id="it has failed"),
        pytest.param("B3 V4", "B3", None, "V4", id="a lake that began with it"),
        pytest.param("V2 V3 B3 V4", "B3", None, "V4", id="what it stands for never runs after it"),
        pytest.param("B3 V4", "V1 V2 V3", None, "V4", id="a lake at its version"),
        pytest.param("B3 V4 V5", "V1 V2 V3 V4", None, "V5", id="a lake above it"),
        pytest.param("B3 V4", "<3", None, "V4", id="a baseline at it"),
        pytest.param("B3 V5", "<4", None, "V5", id="a baseline above it"),
        pytest.param("V2 V3 B3 V4", "V1", None, "V2 V3 V4", id="below it, files kept"),
        pytest.param("B5 V6", "B3 V4 V5", None, "V6", id="a second squash"),
        pytest.param("B3 V4", "V1", 1, "", id="below it, and no further"),
        pytest.param("B3 V3 V4", "V1 V2 V3 U3", None, "V3 V4", id="its last version was undone, files kept"),
    ],
)
def test_what_is_pending(folder: str, history: str, target: int | None, expected: str) -> None:
    assert told(pending(files(folder), rows(history), Behavior(), target)) == expected


@pytest.mark.parametrize(
    ("folder", "history", "target", "where"),
    [
        pytest.param("B3 V4", "V1 V2", None, "the lake is at version 2", id="between"),
        pytest.param("V2 B3 V4", "V1", None, "the lake is at version 1", id="between, the last of its files is gone"),
        pytest.param("B3 V4", "<2", None, "the lake is at version 2", id="a baseline below it"),
        pytest.param("B3 V4", "", 2, "a new lake begins with it", id="a new lake, and a target below it"),
        pytest.param("B3 V4", "V1", 2, "the lake is at version 1", id="a target between the lake and it"),
        pytest.param("B2 B3 V4", "V1 V2", None, "the lake is at version 2", id="at the first of two"),
        pytest.param("B3 V4", "V1 V2 V3 U3", None, "the lake is at version 2", id="its last version was undone"),
    ],
)
@pytest.mark.parametrize("out_of_order", [False, True])
def test_a_lake_that_can_not_get_past_it(
    folder: str, history: str, target: int | None, where: str, out_of_order: bool
) -> None:
    message = f"^B3__x.sql: stands for all versions up to 3, whose files are gone; {where}$"
    with pytest.raises(Refused, match=message) as caught:
        pending(files(folder), rows(history), Behavior(out_of_order=out_of_order), target)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("folder", "history", "expected"),
    [
        pytest.param("V2 B2 V3", "", "B2 pending, V2 baselined, V3 pending", id="a new lake"),
        pytest.param("V2 B2 V3", "B2", "B2 applied, V2 baselined, V3 pending", id="one that began with it"),
        pytest.param("B2 V3", "V1 V2", "V1 applied, B2 ignored, V2 applied, V3 pending", id="one at its version"),
        pytest.param("B2", "V1", "V1 applied, B2 out-of-order", id="one between"),
        pytest.param("B2 B4", "B2 V3 V4", "B2 applied, V3 applied, B4 ignored, V4 applied", id="squashed twice"),
        pytest.param("B2", "B2 V3", "B2 applied, V3 missing", id="a file above it is missing"),
        pytest.param("V3", "B2 V3", "B2 missing, V3 applied", id="it is missing itself"),
        pytest.param("B2", "B2!", "B2 failed", id="it has failed"),
        pytest.param(
            "B2", "V1 V2 R", "V1 applied, B2 ignored, V2 applied, R missing", id="it stands for no repeatable"
        ),
    ],
)
def test_states(folder: str, history: str, expected: str) -> None:
    status = assess(files(folder), rows(history))
    assert ", ".join(f"{item.script.partition('__')[0]} {item.state}" for item in status.migrations) == expected


def test_what_it_stands_for_is_not_missing() -> None:
    assert validate(files("B2 V3"), rows("V1 V2 V3")).warnings == ()


def test_validate_tells_of_a_lake_that_can_not_get_past_it() -> None:
    (problem,) = validate(files("B3 V4"), rows("V1")).problems
    assert (problem.code, problem.script) == ("squashed", "B3__x.sql")


def test_one_that_was_edited_after_it_was_applied() -> None:
    folder = files("B3")
    edited = replace(folder, migrations=(replace(folder.migrations[0], checksum="new"),))
    (mismatch,) = validate(edited, rows("B3")).mismatches
    assert (mismatch.script, mismatch.applied_checksum, mismatch.checksum) == ("B3__x.sql", "sum", "new")
    assert validate(edited, rows("V1 V2 V3")).mismatches == ()
    with pytest.raises(Refused, match="was edited after it was applied"):
        pending(edited, rows("B3"), Behavior())


def test_another_one_than_was_applied() -> None:
    other = Migration(type="squashed", version=3, description="y", script="B3__y.sql", checksum="new")
    folder = MigrationsDocument(directory="migrations", migrations=(other,))
    (problem,) = validate(folder, rows("B3")).problems
    assert problem.message == "B3 was applied from B3__x.sql, and this is a different migration"


def test_its_version_is_a_point_of_a_lake_that_began_with_it() -> None:
    assert snapshot_of(rows("B3 V4"), 3) == 1
