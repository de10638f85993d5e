"""ducktracker baseline: takes a lake as it is under version control, at a version."""

from dt_config.config import Config
from dt_contract.errors import Refused
from dt_contract.history import HistoryDocument, HistoryRow
from dt_contract.result import MigrationResult, ResultDocument
from dt_history.pending import refuse_other_history
from dt_history.table import BASELINE_CHECKSUM, NewRow
from dt_history.tail import read_tail
from dt_history.widen import widen
from dt_history.writer import appending
from dt_lake.waiting import open_for_writing
from ducktracker.drift.checkpoint import keep_copy


def baseline(config: Config, version: int, description: str, *, new_history: bool = False) -> ResultDocument:
    """Mark a version as applied, without running any migration; write nothing if that was the last thing done.

    Raises Refused if the history holds any other record but of failures, LakeBusy if another process writes to it at
    the same time, InputError if the lake has its history elsewhere (unless `new_history`), and LakeMissing without a
    lake.
    """
    with open_for_writing(config) as lake:
        history, tail = read_tail(lake)
        script = f"<< Baseline V{version} >>"
        done = _done(history, version)
        if done:
            return ResultDocument(
                migrations=(MigrationResult(script=script, outcome="skipped", lake_snapshot=done.lake_snapshot),)
            )
        if not new_history:
            refuse_other_history(history)
        widen(lake, history, [version])
        row = NewRow("baseline", version, description, script, BASELINE_CHECKSUM)
        what = f"baseline V{version}"
        with appending(lake, what, [script], tail=tail, last=what) as writer:
            writer.append([row])
        keep_copy(lake, writer.snapshot, is_first=True)
    return ResultDocument(
        migrations=(MigrationResult(script=script, outcome="applied", execution_ms=0, lake_snapshot=writer.snapshot),)
    )


def _done(history: HistoryDocument, version: int) -> HistoryRow | None:
    """Return the baseline of this version if it is the one record. Raises Refused if there are others.

    Failures are no records: they left nothing in the lake, and so don't say how it came about.
    """
    records = [row for row in history.rows if row.success and row.type not in ("repair", "snapshot")]
    if not records:
        records = [row for row in history.rows if row.type == "snapshot"]
    elif len(records) == 1 and (records[0].type, records[0].version) == ("baseline", version):
        return records[0]
    if records:
        many = "1 record" if len(records) == 1 else f"{len(records)} records"
        raise Refused(
            f"{history.table} holds {many} already; a baseline is for a lake without any",
            hint="`ducktracker info` shows them",
        )
    return None
