"""ducktracker drift --accept: takes the live schema for the expected one, on purpose and on record."""

from collections.abc import Sequence

from msgspec.structs import replace

from dt_config.config import Config
from dt_contract import codec
from dt_contract.diff import DiffDocument, Side
from dt_contract.errors import InputError
from dt_contract.history import HistoryDocument
from dt_diff.compare import count
from dt_diff.ignore import parse_rule, without_ignored
from dt_history.commit import current_snapshot
from dt_history.expected_rows import PARTLY_ACCEPTED, ExpectedLost
from dt_history.packed import Damaged, pack, unpack
from dt_history.read import read_history
from dt_history.table import NewRow
from dt_history.tail import HistoryTail
from dt_history.writer import Overtaken, appending
from dt_lake.lake import Lake
from dt_lake.transaction import transaction
from dt_lake.waiting import open_for_writing
from ducktracker.drift.checkpoint import Accepted, accepted_copy, accepted_part, accepted_whole
from ducktracker.drift.drift import EXPECTED, Look, look
from ducktracker.drift.unfinished import check_finished

_SCRIPT, _CHECKSUM = "<< Accepted >>", "accepted"
_PART = PARTLY_ACCEPTED


def accept(config: Config, reason: str, rules: Sequence[str], only: Sequence[str] = ()) -> DiffDocument:
    """Append a row to the history that makes the live schema the expected one, with the reason and the diff in it.

    Return the diff; without any change nothing is appended. `only` are patterns, as those of rules: just the changes
    that one of them matches are accepted. If what was expected is not known, the diff says that nothing could be
    compared. Raise InputError if the history names nothing that is expected, or nothing matches `only`, Refused if a
    revert or an undo was interrupted, and LakeBusy if somebody changed the lake meanwhile.
    """
    with open_for_writing(config) as lake:
        with transaction(lake.connection):
            seen = current_snapshot(lake)
            history = read_history(lake)
            check_finished(lake, history)
            found = _look(lake, history)
            diff, _ = without_ignored(found.diff if found else _unknown(history), rules)
            accepted = accepted_whole(lake)
            if only:
                diff = part_of(diff, only)
                accepted = accepted_part(found, diff.changes) if found else accepted
        if diff.changes or (diff.not_compared and not only):
            row = NewRow("accepted", None, reason, _SCRIPT, _PART if only else _CHECKSUM, data=packed_diff(diff))
            _append(lake, history, HistoryTail.of(history, seen), row, accepted)
    return diff


def part_of(diff: DiffDocument, only: Sequence[str]) -> DiffDocument:
    """Return the diff with just the changes that a pattern matches. Raise InputError if there are none."""
    if "schema" in diff.not_compared:
        raise InputError("what the migrations made is not known, so that no part of a drift can be told from the rest")
    parsed = [parse_rule(text) for text in only]
    changes = tuple(change for change in diff.changes if any(rule.chooses(change) for rule in parsed))
    if diff.changes and not changes:
        raise InputError(f"no change matches --only {' '.join(only)}", hint="`ducktracker drift` lists them")
    return replace(diff, changes=changes, counts=count(changes))


def told(diff: DiffDocument, *, is_whole: bool = True) -> str:
    """Return the line that tells what was accepted."""
    if diff.changes:
        return f"accepted: {'the live schema is the expected one' if is_whole else 'this is expected'} from now on"
    if "schema" in diff.not_compared:
        return "accepted without a comparison: what the migrations made is not known any more"
    if diff.not_compared:
        return "accepted: nothing is unknown from now on"
    return "there is no drift to accept; nothing was written"


def _look(lake: Lake, history: HistoryDocument) -> Look | None:
    try:
        return look(lake, history)
    except ExpectedLost:
        return None


def _unknown(history: HistoryDocument) -> DiffDocument:
    return DiffDocument(
        expected=Side(name=EXPECTED, lake=history.lake),
        actual=Side(name="live", lake=history.lake),
        not_compared=("schema", "options"),
    )


def _append(lake: Lake, history: HistoryDocument, tail: HistoryTail, row: NewRow, accepted: Accepted) -> None:
    """What was compared is accepted, and nothing that came after it; row and copy are one transaction."""
    what = f"drift accepted: {row.description}"
    with appending(lake, what, tail=tail, last="drift --accept") as writer:
        if current_snapshot(lake) != tail.lake_snapshot:
            raise Overtaken(lake)
        writer.append([row, accepted_copy(lake, history, tail.lake_snapshot, accepted)])


def accepted_diff(data: bytes) -> DiffDocument:
    """Return the diff that a row of an acceptance carries. Raise InputError if it carries none."""
    try:
        return codec.decode(unpack(data), DiffDocument, reader="ducktracker log", source="the history")
    except Damaged as error:
        raise InputError(f"the data of an accepted drift {error}", place="the history") from None


def packed_diff(diff: DiffDocument) -> bytes:
    """Return what the row of an acceptance carries."""
    return pack(codec.encode(diff))
