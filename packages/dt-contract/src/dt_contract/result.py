"""The `result` document: what migrate, baseline, repair, revert or undo did."""

from typing import ClassVar, Literal

from dt_contract.diff import DiffDocument
from dt_contract.document import Document, Value


class MigrationResult(Value, frozen=True, kw_only=True):
    """What became of one migration. `error` is None unless it failed."""

    script: str
    outcome: Literal["applied", "failed", "skipped", "repaired", "reverted", "undone"]
    execution_ms: int | None = None
    lake_snapshot: int | None = None
    error: str | None = None
    about: str | None = None
    """What a repair does, or what a revert or an undo brings back."""


class ResultDocument(Document, tag="result", frozen=True, kw_only=True):
    """The migrations of the run in their order; `skipped` ones were left untried: after a failure, or in a dry run.

    `lake_snapshot_before` is the newest lake snapshot from before the run, the way back; None in a dry run. `drift`
    is what migrate warned of before it began, None if there was none, or if it was not looked for.
    """

    newest: ClassVar[int] = 2
    quotes_sql: ClassVar[bool] = True

    version: int = 2
    dry_run: bool = False
    migrations: tuple[MigrationResult, ...] = ()
    lake_snapshot_before: int | None = None
    drift: DiffDocument | None = None
