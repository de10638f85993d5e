"""The history of the configured lake, and what else is wrong with what it says."""

from collections.abc import Callable
from typing import NamedTuple

from dt_config.config import Config
from dt_contract.history import HistoryDocument
from dt_contract.validation import Problem
from dt_history.read import read_history, table_name
from dt_history.whole import FilesLost
from dt_lake.attach import LakeMissing
from dt_lake.lake import Lake, open_lake
from ducktracker.drift.unfinished import told, unfinished

Lost = Callable[[Lake, HistoryDocument], FilesLost | None]


class Recorded(NamedTuple):
    """The history, the revert or undo that is unfinished, and the files that are lost."""

    history: HistoryDocument
    unfinished: Problem | None = None
    lost: FilesLost | None = None


def recorded(config: Config, lost: Lost = lambda _lake, _history: None) -> Recorded:
    """Return what is recorded, nothing without a lake; `lost` looks for the files that are lost."""
    try:
        with open_lake(config) as lake:
            history = read_history(lake)
            return Recorded(history, told(unfinished(lake, history)), lost(lake, history))
    except LakeMissing:
        return Recorded(HistoryDocument(table=table_name(config)))
