"""ducktracker baseline: takes a lake as it is under version control, at a version."""

from dt_config.config import Config
from dt_contract.errors import Refused
from dt_contract.result import MigrationResult, ResultDocument
from dt_history.read import read_history
from dt_history.table import BASELINE_CHECKSUM, INTEGER_MAX, NewRow, append, is_narrow, make_table, widen_version
from dt_lake.lake import open_lake
from dt_lake.transaction import transaction
from ducktracker.commit import commit_message, last_committed_snapshot
from ducktracker.copies import keep_copy


def baseline(config: Config, version: int, description: str) -> ResultDocument:
    """Marks a version as applied, without running any migration.

    Raises Refused when the history holds any record, and LakeMissing when there is no lake.
    """
    with open_lake(config, write=True) as lake:
        history = read_history(lake)
        if history.rows:
            raise Refused(
                f"{history.table} holds {len(history.rows)} records already; a baseline is for a lake without any",
                hint="`ducktracker info` shows them",
            )
        row = NewRow("baseline", version, description, f"<< Baseline V{version} >>", BASELINE_CHECKSUM)
        with transaction(lake.connection):
            commit_message(lake, f"baseline V{version}", [row.script])
            make_table(lake)
            if version > INTEGER_MAX and is_narrow(lake):
                widen_version(lake)
            append(lake, 1, [row])
        snapshot = last_committed_snapshot(lake)
        keep_copy(lake, snapshot)
    return ResultDocument(
        migrations=(MigrationResult(script=row.script, outcome="applied", execution_ms=0, lake_snapshot=snapshot),)
    )
