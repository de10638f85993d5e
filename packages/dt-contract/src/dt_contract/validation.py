"""The `validation` document: applied migrations whose files are not what was applied."""

from dt_contract.document import Document, Value


class Mismatch(Value, frozen=True, kw_only=True):
    """An applied versioned migration whose file has another checksum now."""

    version: int
    script: str
    applied_checksum: str
    checksum: str


class ValidationDocument(Document, tag="validation", frozen=True, kw_only=True):
    """Mismatches by version."""

    mismatches: tuple[Mismatch, ...] = ()
    warnings: tuple[str, ...] = ()
