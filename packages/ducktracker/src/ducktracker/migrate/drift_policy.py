"""What migrate does about a lake that drifted: say so, refuse, or not look."""

from collections.abc import Callable

from dt_config.config import Config
from dt_contract.diff import DiffDocument
from dt_contract.errors import Refused
from dt_contract.history import HistoryDocument
from dt_diff.ignore import without_ignored
from dt_diff.text import summary
from dt_history.expected_rows import ExpectedLost, newest_expected
from dt_lake.lake import Lake
from ducktracker.drift.drift import drift_of
from ducktracker.drift.expectation import changes


def check_before_migrate(
    lake: Lake, history: HistoryDocument, config: Config, notify: Callable[[str], None]
) -> DiffDocument | None:
    """Say in one line that the lake drifted, or raise Refused, as `behavior.drift_on_migrate` has it.

    Return the drift; None if there is none, or if there is nothing yet to compare with.
    """
    policy = config.behavior.drift_on_migrate
    if policy == "ignore" or newest_expected(history) is None:
        return None
    diff, message = _found(lake, history, config)
    if message and policy == "refuse":
        hint = '`ducktracker drift` shows it; adopt it, revert it, or accept it: ducktracker drift --accept "why"'
        raise Refused(f'{message}; refused because `behavior.drift_on_migrate = "refuse"`', hint=hint)
    if message:
        notify(f"{message}; `ducktracker drift` shows it")
    return diff


def has_drift(lake: Lake, history: HistoryDocument) -> bool:
    """Whether the lake may differ from what is expected, whatever the policy is, and if that is known."""
    if newest_expected(history) is None:
        return False
    try:
        return not changes(lake, history).are_ours
    except ExpectedLost:
        return False


def _found(lake: Lake, history: HistoryDocument, config: Config) -> tuple[DiffDocument | None, str | None]:
    try:
        diff, _ = without_ignored(drift_of(lake, history), config.drift.ignore)
    except ExpectedLost as lost:
        return None, lost.message
    return (diff, _message(diff)) if diff.changes else (None, None)


def _message(diff: DiffDocument) -> str:
    first, more = diff.changes[0], len(diff.changes) - 1
    others = f" and {more} more" if more else ""
    return f"the lake drifted from {diff.expected.name}, {summary(diff)}: {first.object} {first.name}{others}"
