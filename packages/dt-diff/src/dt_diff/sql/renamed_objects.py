"""Tables and views that get another name. They share their names, within a schema."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from dt_contract.identifiers import fold
from dt_contract.schema import SchemaDocument, Table, View
from dt_diff.sql.draft import Draft, Phase
from dt_diff.sql.names import Home, sql_name
from dt_diff.sql.renaming import FreeNames, rename_steps

Pair = tuple[Table | View, Table | View]


def rename_objects(
    pairs: Iterable[Pair], expected: SchemaDocument, actual: SchemaDocument, draft: Draft, home: Home
) -> None:
    """Add a RENAME TO for each pair whose names differ."""
    by_schema: dict[str, list[Pair]] = {}
    for old, new in sorted(pairs, key=lambda pair: (pair[1].schema, pair[1].name)):
        if old.name != new.name:
            by_schema.setdefault(old.schema, []).append((old, new))
    for schema, found in by_schema.items():
        kinds = {fold(old.name): "VIEW" if isinstance(old, View) else "TABLE" for old, _ in found}
        free = FreeNames(chain(_names(expected, schema), _names(actual, schema)))
        for old_name, new_name in rename_steps([(old.name, new.name) for old, new in found], free):
            kind = kinds.pop(fold(old_name))
            kinds[fold(new_name)] = kind
            sql = f"ALTER {kind} {home.name(schema, old_name)} RENAME TO {sql_name(new_name)}"
            draft.add(Phase.RENAME, sql)


def _names(document: SchemaDocument, schema: str) -> Iterator[str]:
    items: Sequence[Table | View] = (*document.tables, *document.views)
    return (item.name for item in items if fold(item.schema) == fold(schema))
