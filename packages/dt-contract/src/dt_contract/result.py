"""The `result` document: what migrate, baseline or repair did."""

from typing import ClassVar, Literal

from dt_contract.diff import DiffDocument
from dt_contract.document import Document, Value


class MigrationResult(Value, frozen=True, kw_only=True):
    """What became of one migration. `error` is None unless it failed."""

    script: str
    outcome: Literal["applied", "failed", "skipped", "repaired"]
    execution_ms: int | None = None
    lake_snapshot: int | None = None
    error: str | None = None
    about: str | None = None
    """What a repair does."""


class ResultDocument(Document, tag="result", frozen=True, kw_only=True):
    """The migrations of the run in their order; `skipped` ones were left untried: after a failure, or in a dry run.

    `lake_snapshot_before` is the newest lake snapshot from before the run, the way back; None in a dry run. `drift`
    is what migrate warned of before it began, None if there was none, or if it was not looked for.
    """

    quotes_sql: ClassVar[bool] = True

    dry_run: bool = False
    migrations: tuple[MigrationResult, ...] = ()
    lake_snapshot_before: int | None = None
    drift: DiffDocument | None = None
