"""The `validation` document: what makes migrate refuse, before it looks into the pending files."""

from typing import ClassVar, Literal

from dt_contract.document import Document, Value

ProblemCode = Literal[
    "duplicate-version",
    "bad-name",
    "empty-description",
    "unreadable",
    "not-utf-8",
    "unknown-directive",
    "version-collision",
    "out-of-order",
    "other-history",
    "squashed",
    "unfinished",
]


class Mismatch(Value, frozen=True, kw_only=True):
    """An applied versioned migration whose file has another checksum now."""

    version: int
    script: str
    applied_checksum: str
    checksum: str


class Problem(Value, frozen=True, kw_only=True):
    """What makes migrate refuse. `script` is the file, None if it is about none; `line` is the line in it, if known."""

    code: ProblemCode
    script: str | None = None
    line: int | None = None
    message: str
    hint: str | None = None


class ValidationDocument(Document, tag="validation", frozen=True, kw_only=True):
    """Mismatches by version, and every other problem by file."""

    newest: ClassVar[int] = 2
    quotes_sql: ClassVar[bool] = True

    version: int = 2
    mismatches: tuple[Mismatch, ...] = ()
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
