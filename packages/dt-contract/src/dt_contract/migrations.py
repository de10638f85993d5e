"""The `migrations` document: what a migrations folder holds."""

from typing import ClassVar, Literal

from dt_contract.document import Document, Value

MigrationType = Literal["versioned", "repeatable", "squashed", "undone"]
"""`squashed` is a B file: it stands for all versions up to its own, in a new lake. `undone` is a U file."""


class Migration(Value, frozen=True, kw_only=True):
    """A migration file. `checksum` is the SHA-256 of its text with BOM removed and line ends as LF.

    `raw_checksum` is the SHA-256 of the file's bytes where that is another; ducktracker 0.1.0 stored it.
    """

    type: MigrationType
    version: int | None = None
    description: str
    script: str
    checksum: str
    raw_checksum: str | None = None
    directives: tuple[str, ...] = ()
    """Of the leading comments, such as `allow DATA_LOSS`."""


class Fault(Value, frozen=True, kw_only=True):
    """Why a file of the folder can't be used."""

    code: Literal["duplicate-version", "bad-name", "empty-description", "unreadable", "not-utf-8", "unknown-directive"]
    script: str
    message: str


class MigrationsDocument(Document, tag="migrations", frozen=True, kw_only=True):
    """Versioned migrations by version, then repeatable ones by description."""

    newest: ClassVar[int] = 2

    version: int = 2
    directory: str
    migrations: tuple[Migration, ...] = ()
    faults: tuple[Fault, ...] = ()
    unread: tuple[str, ...] = ()
    """Subfolders with .sql files in them, which are not read."""
    undo: tuple[Migration, ...] = ()
    """U files by version: each is what undo runs to take back the migration of its version; none is ever pending."""
