"""The queries that read objects with the lifetimes of all their versions, as many for one object as for all."""

import functools
from collections.abc import Collection, Iterable

from dt_lake.lake import Lake
from dt_snapshot import queries
from dt_snapshot.catalog_name import without_catalog
from dt_snapshot.versions import Row, Rows, Versions

_SINCE = "({0}.end_snapshot IS NULL OR {0}.end_snapshot > @n)"


def _since(alias: str) -> str:
    return _SINCE.format(alias)


_SCHEMAS = f"""
SELECT s.schema_id, s.begin_snapshot, s.end_snapshot, s.schema_name, s.schema_uuid::VARCHAR
FROM @ducklake_schema s WHERE {_since("s")} ORDER BY s.schema_name
"""
_TABLES = f"""
SELECT t.table_id, t.begin_snapshot, t.end_snapshot, t.table_uuid::VARCHAR, t.schema_id, t.table_name
FROM @ducklake_table t WHERE {_since("t")} AND t.table_id @in
"""
_COLUMNS = f"""
SELECT c.table_id, c.begin_snapshot, c.end_snapshot, c.column_id, c.parent_column, c.column_name, c.column_type,
       c.nulls_allowed, c.default_value, c.default_value_type
FROM @ducklake_column c WHERE {_since("c")} AND c.table_id @in
ORDER BY c.table_id, c.column_order, c.column_id
"""
_TAGS = f"""
SELECT c.object_id, c.begin_snapshot, c.end_snapshot, c.value
FROM @ducklake_tag c WHERE c.key = 'comment' AND {_since("c")} AND c.object_id @in
"""
_COLUMN_TAGS = f"""
SELECT c.table_id, c.begin_snapshot, c.end_snapshot, c.column_id, c.value
FROM @ducklake_column_tag c WHERE c.key = 'comment' AND {_since("c")} AND c.table_id @in
"""
_PARTITIONS = f"""
SELECT p.table_id, p.begin_snapshot, p.end_snapshot, k.transform, k.column_id
FROM @ducklake_partition_info p JOIN @ducklake_partition_column k USING (partition_id, table_id)
WHERE {_since("p")} AND p.table_id @in ORDER BY p.table_id, k.partition_key_index
"""
_SORTS = f"""
SELECT s.table_id, s.begin_snapshot, s.end_snapshot,
       concat(e.expression, ' ', e.sort_direction, ' ', replace(e.null_order, '_', ' '))
FROM @ducklake_sort_info s JOIN @ducklake_sort_expression e USING (sort_id, table_id)
WHERE {_since("s")} AND s.table_id @in ORDER BY s.table_id, e.sort_key_index
"""
_VIEWS = f"""
SELECT v.view_id, v.begin_snapshot, v.end_snapshot, v.view_uuid::VARCHAR, v.schema_id, v.view_name, v.sql,
       v.column_aliases
FROM @ducklake_view v WHERE {_since("v")} AND v.view_id @in
"""
_MACROS = f"""
SELECT m.macro_id, m.begin_snapshot, m.end_snapshot, m.schema_id, m.macro_name, i.type, i.impl_id, i.sql,
       p.parameter_name, p.parameter_type, p.default_value, p.default_value_type
FROM @ducklake_macro m
JOIN @ducklake_macro_impl i USING (macro_id)
LEFT JOIN @ducklake_macro_parameters p ON p.macro_id = i.macro_id AND p.impl_id = i.impl_id
WHERE {_since("m")} AND m.macro_id @in ORDER BY m.macro_id, i.impl_id, p.column_id
"""
_MANY = 1000
"""From so many objects on, all rows are read instead of naming the objects."""


def read_versions(lake: Lake, since: int, objects: Collection[int], *, as_stored: bool = False) -> Versions:
    """Return all versions of the objects that were not over at a snapshot, with a constant number of queries.

    SQL in them is without the catalog's name, unless it is wanted as it is stored.
    """
    named = "IS NOT NULL" if len(objects) > _MANY else f"IN ({', '.join(map(str, sorted(objects))) or 'NULL'})"

    def rows(query: str) -> list[Row]:
        return lake.connection.execute(queries.fill(lake, query, at=since, tables=named)).fetchall()

    views, macros = rows(_VIEWS), rows(_MACROS)
    texts = [*(row[6] for row in views), *(row[7] for row in macros)]
    return Versions(
        schemas=rows(_SCHEMAS),
        tables=_grouped(rows(_TABLES)),
        columns=_grouped(rows(_COLUMNS)),
        tags=_grouped(rows(_TAGS)),
        column_tags=_grouped(rows(_COLUMN_TAGS)),
        partitions=_grouped(rows(_PARTITIONS)),
        sorts=_grouped(rows(_SORTS)),
        views=_grouped(views),
        macros=_grouped(macros),
        is_history=lake.is_history,
        read=str if as_stored else functools.cache(without_catalog(lake.connection, lake.catalog, texts)),
        keywords=functools.cache(lambda: _keywords(lake)),
    )


def _grouped(rows: Iterable[Row]) -> Rows:
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row[0], []).append(row)
    return grouped


def _keywords(lake: Lake) -> frozenset[str]:
    return frozenset(row[0] for row in lake.connection.execute(queries.KEYWORDS).fetchall())
