"""The `plan` document: what the pending migrations do, as tried on a branch of the lake."""

from typing import ClassVar, Literal

from dt_contract.diff import DiffDocument
from dt_contract.document import Document, Value
from dt_contract.hazards import Hazard
from dt_contract.transactions import Shared


class PlannedRows(Value, frozen=True, kw_only=True):
    """How many rows a statement changed; `merged` are those of a MERGE that inserts and deletes."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    merged: int = 0


class PlannedStatement(Value, frozen=True, kw_only=True):
    """A statement with the line of its first token.

    `rows` is None unless it is one that changes rows. `not_tried` says why it was not run, or not as it stands.
    """

    line: int
    sql: str
    rows: PlannedRows | None = None
    not_tried: str | None = None


class PlannedMigration(Value, frozen=True, kw_only=True):
    """A pending migration with its file's checksum."""

    script: str
    checksum: str
    statements: tuple[PlannedStatement, ...]


class PlannedSnapshot(Value, frozen=True, kw_only=True):
    """A lake snapshot that the migrations make together, and what it changes."""

    lake_snapshot: int
    migrations: tuple[str, ...]
    diff: DiffDocument


class PlannedHazard(Value, frozen=True, kw_only=True):
    """What a statement does that can't be taken back, or that breaks something else.

    `rule` is the code of the lint rule; `detail` says how much is lost, or what DuckDB says; `remedy` what to do.
    """

    code: Hazard
    rule: str
    name: str
    script: str
    line: int | None = None
    allowed: bool = False
    """Whether the migration says so itself: `-- ducktracker: allow DATA_LOSS`."""
    detail: str | None = None
    remedy: str


class NotChecked(Value, frozen=True, kw_only=True):
    """A view of which a branch can't tell whether it is still readable, with the reason."""

    view: str
    reason: str


class PlanFailure(Value, frozen=True, kw_only=True):
    """What fails, with what DuckDB says.

    Line and SQL are null if it is the COMMIT: of one migration, or of one of those up to `last`.
    """

    script: str
    last: str | None = None
    line: int | None = None
    sql: str | None = None
    error: str

    @property
    def is_of_one(self) -> bool:
        """Whether it is known which migration fails; else `script` is the first of them."""
        return self.last is None

    @property
    def place(self) -> str:
        """File and line, or the first and the last file."""
        if self.last:
            return f"{self.script} to {self.last}"
        return self.script if self.line is None else f"{self.script}:{self.line}"


class PlanDocument(Document, tag="plan", frozen=True, kw_only=True):
    """What migrate would do. `base_snapshot` and `base_fingerprint` are of the lake, None if there is none yet."""

    oldest: ClassVar[int] = 2
    newest: ClassVar[int] = 2
    quotes_sql: ClassVar[bool] = True

    version: int = 2
    target: int | None = None
    """The version that the plan goes up to; None for all that is pending."""
    transaction: Shared = "each"
    """Which migrations share a transaction."""
    configuration: str | None = None
    """The file that was read."""
    catalog: Literal["duckdb", "postgres", "sqlite"] = "duckdb"
    """Where the lake has its catalog; the migrations were tried on a branch in a DuckDB file."""
    lake: str | None = None
    """The lake's id, None if there is none yet."""
    branch: str | None = None
    """The branch that the lake is, None if it is none."""
    base_snapshot: int | None = None
    base_fingerprint: str | None = None
    migrations: tuple[PlannedMigration, ...] = ()
    diff: DiffDocument
    snapshots: tuple[PlannedSnapshot, ...] = ()
    hazards: tuple[PlannedHazard, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    failure: PlanFailure | None = None
    incomplete: int = 0
    """How many statements were not tried; unless it is 0, `diff` and `hazards` are not all."""
    refusal: str | None = None
    """Why migrate would refuse to run, None if it wouldn't."""
