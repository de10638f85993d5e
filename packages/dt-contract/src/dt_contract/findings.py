"""The `findings` document: what is wrong with the files of a migrations folder."""

from typing import ClassVar, Literal

from dt_contract.document import Document, Value

Level = Literal["error", "warning", "info"]


class Finding(Value, frozen=True, kw_only=True):
    """What a rule finds. `code` is that of the rule, and never changes its meaning; `title` is the rule's."""

    code: str
    level: Level
    title: str
    script: str
    line: int | None = None
    """Null if it is about the whole file."""
    object: str | None = None
    """The object of the lake that it is about, such as `main.users`."""
    message: str
    hint: str | None = None
    allowed_by: str | None = None
    """The directive that allows it."""


class FindingsDocument(Document, tag="findings", frozen=True, kw_only=True):
    """By the order of the scripts in their document, then by line and code."""

    quotes_sql: ClassVar[bool] = True
    directory: str
    files: int
    """How many were checked."""
    findings: tuple[Finding, ...] = ()
