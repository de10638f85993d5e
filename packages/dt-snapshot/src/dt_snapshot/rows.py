"""The rows of DuckLake's temporal metadata: one query a kind of object, as many for one table as for ten thousand.

A row is live at snapshot n when begin_snapshot <= n and end_snapshot is null or > n (DuckLake's specification,
"Snapshots"). In a query `@when(t)` is the condition on the lifetime of `t`, and `@in` that on the ids of objects.
"""

import re
from typing import Generic, Literal, NamedTuple, TypeVar

from dt_lake.lake import Lake
from dt_snapshot import queries


class SchemaRow(NamedTuple):
    """A version of a schema."""

    object_id: int
    begin: int
    end: int | None
    name: str
    uuid: str


class TableRow(NamedTuple):
    """A version of a table."""

    object_id: int
    begin: int
    end: int | None
    uuid: str
    schema_id: int
    name: str


class ColumnRow(NamedTuple):
    """A version of a column or field of the table `object_id`; `parent` is the id of the column that it is in."""

    object_id: int
    begin: int
    end: int | None
    column_id: int
    parent: int | None
    name: str
    type: str
    nullable: bool
    default: str | None
    default_type: str | None


class CommentRow(NamedTuple):
    """A version of the comment on a table or view."""

    object_id: int
    begin: int
    end: int | None
    value: str | None


class ColumnCommentRow(NamedTuple):
    """A version of the comment on a column of the table `object_id`."""

    object_id: int
    begin: int
    end: int | None
    column_id: int
    value: str | None


class PartitionRow(NamedTuple):
    """A partition key of the table `object_id`."""

    object_id: int
    begin: int
    end: int | None
    transform: str
    column_id: int


class SortRow(NamedTuple):
    """A sort key of the table `object_id`, as `id ASC NULLS LAST`."""

    object_id: int
    begin: int
    end: int | None
    key: str


class ViewRow(NamedTuple):
    """A version of a view; `aliases` is a list of quoted names."""

    object_id: int
    begin: int
    end: int | None
    uuid: str
    schema_id: int
    name: str
    sql: str
    aliases: str | None


class MacroRow(NamedTuple):
    """A parameter of an overload of a macro, or the overload itself if it has none (`parameter` is None)."""

    object_id: int
    begin: int
    end: int | None
    schema_id: int
    name: str
    kind: Literal["scalar", "table"]
    overload: int
    sql: str
    parameter: str | None
    type: str | None
    default: str | None
    default_type: str | None


R = TypeVar("R", bound=NamedTuple)


class Query(NamedTuple, Generic[R]):
    """What reads the rows of a kind, in the order in which an object lists them."""

    row: type[R]
    sql: str


SCHEMAS = Query(
    SchemaRow,
    """
    SELECT s.schema_id, s.begin_snapshot, s.end_snapshot, s.schema_name, s.schema_uuid::VARCHAR
    FROM @ducklake_schema s WHERE @when(s) ORDER BY s.schema_name
    """,
)
TABLES = Query(
    TableRow,
    """
    SELECT t.table_id, t.begin_snapshot, t.end_snapshot, t.table_uuid::VARCHAR, t.schema_id, t.table_name
    FROM @ducklake_table t WHERE @when(t) AND t.table_id @in
    """,
)
COLUMNS = Query(
    ColumnRow,
    """
    SELECT c.table_id, c.begin_snapshot, c.end_snapshot, c.column_id, c.parent_column, c.column_name, c.column_type,
           c.nulls_allowed, c.default_value, c.default_value_type
    FROM @ducklake_column c WHERE @when(c) AND c.table_id @in
    ORDER BY c.table_id, c.column_order, c.column_id
    """,
)
COMMENTS = Query(
    CommentRow,
    """
    SELECT c.object_id, c.begin_snapshot, c.end_snapshot, c.value
    FROM @ducklake_tag c WHERE c.key = 'comment' AND @when(c) AND c.object_id @in
    """,
)
COLUMN_COMMENTS = Query(
    ColumnCommentRow,
    """
    SELECT c.table_id, c.begin_snapshot, c.end_snapshot, c.column_id, c.value
    FROM @ducklake_column_tag c WHERE c.key = 'comment' AND @when(c) AND c.table_id @in
    """,
)
PARTITIONS = Query(
    PartitionRow,
    """
    SELECT p.table_id, p.begin_snapshot, p.end_snapshot, k.transform, k.column_id
    FROM @ducklake_partition_info p JOIN @ducklake_partition_column k USING (partition_id, table_id)
    WHERE @when(p) AND p.table_id @in ORDER BY p.table_id, k.partition_key_index
    """,
)
SORTS = Query(
    SortRow,
    """
    SELECT s.table_id, s.begin_snapshot, s.end_snapshot,
           concat(e.expression, ' ', e.sort_direction, ' ', replace(e.null_order, '_', ' '))
    FROM @ducklake_sort_info s JOIN @ducklake_sort_expression e USING (sort_id, table_id)
    WHERE @when(s) AND s.table_id @in ORDER BY s.table_id, e.sort_key_index
    """,
)
VIEWS = Query(
    ViewRow,
    """
    SELECT v.view_id, v.begin_snapshot, v.end_snapshot, v.view_uuid::VARCHAR, v.schema_id, v.view_name, v.sql,
           v.column_aliases
    FROM @ducklake_view v WHERE @when(v) AND v.view_id @in
    """,
)
MACROS = Query(
    MacroRow,
    """
    SELECT m.macro_id, m.begin_snapshot, m.end_snapshot, m.schema_id, m.macro_name, i.type, i.impl_id, i.sql,
           p.parameter_name, p.parameter_type, p.default_value, p.default_value_type
    FROM @ducklake_macro m
    JOIN @ducklake_macro_impl i USING (macro_id)
    LEFT JOIN @ducklake_macro_parameters p ON p.macro_id = i.macro_id AND p.impl_id = i.impl_id
    WHERE @when(m) AND m.macro_id @in ORDER BY m.macro_id, i.impl_id, p.column_id
    """,
)


class Lifetime(NamedTuple):
    """Which versions are read: those that were live at a snapshot, or all that were not over by then."""

    snapshot: int
    is_moment: bool = False

    def condition(self, alias: str) -> str:
        """Return the condition on the rows of a table."""
        since = f"({alias}.end_snapshot IS NULL OR {alias}.end_snapshot > {self.snapshot})"
        return f"{alias}.begin_snapshot <= {self.snapshot} AND {since}" if self.is_moment else since


def read_rows(lake: Lake, query: Query[R], lifetime: Lifetime, objects: str = "IS NOT NULL") -> list[R]:
    """Return the rows of a kind. `objects` is the condition on their ids."""
    sql = re.sub(r"@when\((\w)\)", lambda found: lifetime.condition(found[1]), query.sql).replace("@in", objects)
    make = query.row._make
    return [make(row) for row in lake.connection.execute(queries.fill(lake, sql)).fetchall()]
