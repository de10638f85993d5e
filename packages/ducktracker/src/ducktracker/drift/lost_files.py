"""The history, and whether the files of its migrations are there."""

from dt_config.config import Config
from dt_contract.history import HistoryDocument
from dt_history.read import read_history, table_name
from dt_history.whole import FilesLost, all_lost_files, lost_files
from dt_lake.attach import LakeMissing
from dt_lake.lake import open_lake


def history_and_lost(config: Config, *, all_files: bool) -> tuple[HistoryDocument, FilesLost | None]:
    """Return the history of the configured lake, and which files are lost: of its migrations, or of all live rows."""
    try:
        with open_lake(config) as lake:
            history = read_history(lake)
            return history, (all_lost_files if all_files else lost_files)(lake, history)
    except LakeMissing:
        return HistoryDocument(table=table_name(config)), None
