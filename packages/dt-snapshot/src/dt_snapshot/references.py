"""Where in a text of SQL a catalog is named, as DuckDB's parser reads the text."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import duckdb
import msgspec

from dt_contract.identifiers import fold

_EXPRESSION = "SELECT "
_PARSED = f"""
WITH given AS (SELECT unnest(range(?)) AS place, unnest(?) AS sql),
queries AS (SELECT place, sql, json_serialize_sql(sql) AS tree FROM given)
SELECT starts_with(tree, '{{"error":true'),
       CASE WHEN starts_with(tree, '{{"error":true') THEN json_serialize_sql('{_EXPRESSION}' || sql) ELSE tree END
FROM queries ORDER BY place
"""
_LONGEST = 100_000
"""Characters of a text that is read: DuckDB's parser takes quadratic time for a row of ANDs."""
_Tables = frozenset[tuple[str, ...]]


def catalog_references(
    connection: duckdb.DuckDBPyConnection, catalog: str, texts: Sequence[str]
) -> Iterator[frozenset[int]]:
    """Return for each query or expression where tables, functions and columns of tables in it name a catalog, in bytes.

    What may be a field of a struct names none, nor does a function in another schema than `main`: `catalog.s.lower()`
    may be a column's. A text that DuckDB can't read has no such place.
    """
    short = [text if len(text) <= _LONGEST else "" for text in texts]
    for is_expression, tree in connection.execute(_PARSED, [len(short), short]).fetchall():
        found: frozenset[int] = frozenset()
        with suppress(RecursionError):
            begin = len(_EXPRESSION) if is_expression else 0
            found = frozenset(place - begin for place in _places(msgspec.json.decode(tree), fold(catalog)))
        yield found


def _places(tree: Any, catalog: str) -> Iterator[int]:
    """Walk without recursion, with the tables that can be named at each node."""
    waiting: list[tuple[Any, _Tables]] = [(tree, frozenset())]
    while waiting:
        node, tables = waiting.pop()
        if isinstance(node, list):
            waiting += ((item, tables) for item in node)
        elif isinstance(node, dict):
            if node.get("type") == "SELECT_NODE":
                tables |= frozenset(_tables(node.get("from_table"), catalog))
            if _names_catalog(node, tables, catalog):
                yield node["query_location"]
            waiting += ((item, tables) for item in node.values() if isinstance(item, (list, dict)))


def _names_catalog(node: dict[str, Any], tables: _Tables, catalog: str) -> bool:
    match node:
        case {"type": "BASE_TABLE", "catalog_name": str(first), "schema_name": str(second)}:
            return fold(first or second) == catalog
        case {"type": "TABLE_FUNCTION", "function": {"catalog": str(first), "schema": str(second)}}:
            return fold(first or second) == catalog
        case {"type": "FUNCTION", "catalog": str(first), "schema": str(second)}:
            return fold(first) == catalog and fold(second) == "main"
        case {"type": "COLUMN_REF", "column_names": [str(first), *rest]}:
            parts = tuple(map(fold, rest))
            return fold(first) == catalog and len(parts) > 1 and (parts[:1] in tables or parts[:2] in tables)
    return False


def _tables(source: Any, catalog: str) -> Iterator[tuple[str, ...]]:
    """The tables of the catalog that stand in a FROM under their own names: (table) and (schema, table)."""
    waiting = [source]
    while waiting:
        match waiting.pop():
            case {"type": "JOIN", "left": left, "right": right}:
                waiting += [left, right]
            case {"type": "BASE_TABLE", "alias": "", "catalog_name": in_, "schema_name": schema, "table_name": table}:
                if fold(in_) in ("", catalog):
                    yield (fold(table),)
                    yield ("main" if fold(schema) in ("", catalog) else fold(schema), fold(table))
