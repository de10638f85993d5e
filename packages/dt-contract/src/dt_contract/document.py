"""What all documents have in common: a kind, which is the tag, and a version."""

from typing import ClassVar

import msgspec


class Value(msgspec.Struct, frozen=True):
    """An immutable part of a document."""


class Document(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """A document; adding a field keeps its version, anything else raises it."""

    oldest: ClassVar[int] = 1
    newest: ClassVar[int] = 1
    quotes_sql: ClassVar[bool] = False
    """Whether it quotes SQL and errors, for people: its secrets are masked. Others are data, and stay as they are."""
    version: int = 1
