"""The `schema` document: the schema of a lake, now or at one of its snapshots."""

from collections.abc import Mapping
from typing import Literal

from dt_contract.document import Document, Value


class Lake(Value, frozen=True, kw_only=True):
    """Which lake, and when. `id` is the uuid of the schema `main`; a file or an older copy may lack the rest."""

    id: str | None = None
    snapshot: int | None = None
    snapshot_time: str | None = None
    """UTC, RFC 3339."""
    format: str | None = None
    """DuckLake's format version, such as `1.0`."""


class Schema(Value, frozen=True, kw_only=True):
    """A schema of the lake. `options` are those set on the schema itself."""

    id: int | None = None
    name: str
    options: dict[str, str] = {}


class Column(Value, gc=False, frozen=True, kw_only=True):
    """A column, or a field of a nested one. `type` is the SQL type as DuckDB writes it.

    `default` is an SQL expression; `fields` are a struct's fields, a list's `element`, a map's `key` and `value`.
    """

    id: int | None = None
    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    comment: str | None = None
    fields: tuple["Column", ...] = ()


class Table(Value, frozen=True, kw_only=True):
    """A table; its columns are in their order. `sorted_by` is written as `id ASC NULLS LAST`."""

    id: int | None = None
    uuid: str | None = None
    schema: str
    name: str
    comment: str | None = None
    columns: tuple[Column, ...] = ()
    partition_by: tuple[str, ...] = ()
    sorted_by: tuple[str, ...] = ()
    options: dict[str, str] = {}


COLUMN_PROPERTIES = tuple(field for field in Column.__struct_fields__ if field not in ("id", "fields"))
"""What two columns must have in common to be equal, but for their fields. The order is that of the fingerprint."""
TABLE_PROPERTIES = tuple(field for field in Table.__struct_fields__ if field not in ("id", "uuid", "columns"))
"""The same for tables, but for their columns."""


class View(Value, frozen=True, kw_only=True):
    """A view; `sql` is its query, without the catalog's own name."""

    id: int | None = None
    uuid: str | None = None
    schema: str
    name: str
    column_aliases: tuple[str, ...] = ()
    sql: str
    comment: str | None = None


class Parameter(Value, frozen=True, kw_only=True):
    """A macro's parameter; `type` is null where any will do, and `default` is an SQL expression."""

    name: str
    type: str | None = None
    default: str | None = None


class Overload(Value, frozen=True, kw_only=True):
    """One definition of a macro."""

    parameters: tuple[Parameter, ...] = ()
    sql: str


class Macro(Value, frozen=True, kw_only=True):
    """A scalar or table macro with its overloads in the order of their definition."""

    id: int | None = None
    schema: str
    name: str
    kind: Literal["scalar", "table"]
    overloads: tuple[Overload, ...]


class SchemaDocument(Document, tag="schema", frozen=True, kw_only=True):
    """The schema of a lake. `options` is None where they are not known: they have no past in DuckLake."""

    lake: Lake = Lake()
    schemas: tuple[Schema, ...] = ()
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    macros: tuple[Macro, ...] = ()
    options: dict[str, str] | None = None
    fingerprint: str = ""
    """`sha256-v1:…`, equal for equal schemas in any lake."""


_ABOUT_THE_LAKE = frozenset(("version", "created_by", "data_path", "encrypted"))
"""Options that say how and where a lake was made."""


def schema_options(options: Mapping[str, str]) -> dict[str, str]:
    """Return the options that belong to the schema, and not to the place or the making of a lake."""
    return {key: value for key, value in options.items() if key not in _ABOUT_THE_LAKE}
