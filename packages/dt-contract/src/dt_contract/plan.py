"""The `plan` document: what the pending migrations would do, as rehearsed on the lake."""

from typing import ClassVar

from dt_contract.diff import DiffDocument
from dt_contract.document import Document, Value
from dt_contract.hazards import Hazard


class PlannedStatement(Value, frozen=True, kw_only=True):
    """A statement with the line of its first token. `not_rehearsed` says why it was not run, null if it was."""

    line: int
    sql: str
    not_rehearsed: str | None = None


class PlannedMigration(Value, frozen=True, kw_only=True):
    """A pending migration with its file's checksum."""

    script: str
    checksum: str
    statements: tuple[PlannedStatement, ...]


class PlannedHazard(Value, frozen=True, kw_only=True):
    """What a statement would do that can't be taken back, or that breaks something else."""

    code: Hazard
    name: str
    script: str
    line: int | None = None
    allowed: bool = False
    """Whether the migration says so itself: `-- ducktracker: allow DATA_LOSS`."""


class PlanFailure(Value, frozen=True, kw_only=True):
    """The statement that fails, with what DuckDB says."""

    script: str
    line: int
    sql: str
    error: str


class PlanDocument(Document, tag="plan", frozen=True, kw_only=True):
    """What migrate would do. `base_snapshot` and `base_fingerprint` are of the lake, null where there is none yet."""

    quotes_sql: ClassVar[bool] = True

    target: int | None = None
    """The version that the plan goes up to; null for all that is pending."""
    base_snapshot: int | None = None
    base_fingerprint: str | None = None
    migrations: tuple[PlannedMigration, ...] = ()
    diff: DiffDocument
    hazards: tuple[PlannedHazard, ...] = ()
    failure: PlanFailure | None = None
    complete: bool = True
    """Whether the rehearsal came to the last statement; without it, `diff` and `hazards` are not all."""
