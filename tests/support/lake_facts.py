"""What a lake knows beside its schema, as the generator takes it."""

from typing import NamedTuple

from dt_config.config import Config
from dt_contract.schema import SchemaDocument
from dt_lake.lake import open_lake
from dt_lake.sql import name
from dt_snapshot.reader import read_schema

_ALTERED = """
SELECT schema_name, table_name, column_name FROM {columns} AS c
JOIN {tables} AS t USING (table_id) JOIN {schemas} AS s USING (schema_id)
WHERE c.end_snapshot IS NULL AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND parent_column IS NULL
  AND c.begin_snapshot > (SELECT min(begin_snapshot) FROM {tables} AS first WHERE first.table_id = t.table_id)
"""


class Facts(NamedTuple):
    """The schema, and what `generate` may be told of it."""

    schema: SchemaDocument
    empty: frozenset[tuple[str, str]]
    altered: frozenset[tuple[str, str, str]]


def facts(config: Config, *statements: str) -> Facts:
    """Run statements, and return what the lake knows then."""
    with open_lake(config, write=True) as lake:
        lake.connection.execute(f"USE {name(lake.catalog)}")
        for statement in statements:
            lake.connection.execute(statement)
        schema = read_schema(lake)
        names = {kind: lake.metadata(f"ducklake_{kind[:-1]}") for kind in ("columns", "tables", "schemas")}
        altered = frozenset(lake.connection.execute(_ALTERED.format(**names)).fetchall())
        places = [(table.schema, table.name) for table in schema.tables]
        empty = {
            place for place in places if not lake.connection.execute(f"SELECT 1 FROM {name(*place)} LIMIT 1").fetchall()
        }
    return Facts(schema, frozenset(empty), altered)
