"""The `status` document: the migrations folder held against the history."""

from typing import ClassVar, Literal

from dt_contract.document import Document, Value
from dt_contract.migrations import MigrationType

State = Literal["applied", "pending", "failed", "outdated", "missing", "baselined", "out-of-order", "undone", "ignored"]
"""`undone` is pending once more; `ignored` is a B file that the lake doesn't need."""


class MigrationStatus(Value, frozen=True, kw_only=True):
    """A migration with its state. `checksum` is the file's, None without one; `applied_checksum` the history's."""

    version: int | None = None
    description: str
    type: MigrationType | Literal["baseline"]
    script: str
    state: State
    installed_on: str | None = None
    """UTC, RFC 3339; of the last attempt."""
    checksum: str | None = None
    applied_checksum: str | None = None
    lake_snapshot: int | None = None


class StatusDocument(Document, tag="status", frozen=True, kw_only=True):
    """Versioned migrations by version, then repeatable ones by description."""

    newest: ClassVar[int] = 2

    version: int = 2
    current_version: int | None = None
    """The highest version that is applied or baselined."""
    counts: dict[str, int] = {}
    """Migrations in each state; only states that occur."""
    migrations: tuple[MigrationStatus, ...] = ()
