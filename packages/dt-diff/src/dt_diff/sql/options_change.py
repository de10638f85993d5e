"""Options of the lake, of schemas and of tables."""

from collections.abc import Mapping

from dt_contract.identifiers import fold
from dt_contract.schema import SchemaDocument, schema_options
from dt_diff.names import full_name
from dt_diff.sql.draft import Draft, Phase
from dt_diff.sql.options import changed_options, set_option
from dt_diff.sql.schemas_change import MAIN
from dt_diff.sql.tables_change import TableChanges


def change_options(expected: SchemaDocument, actual: SchemaDocument, tables: TableChanges, draft: Draft) -> None:
    """Add the calls that set options, where both documents know them.

    Those of a schema or table come one part after the one that creates it: DuckLake refuses them before a COMMIT.
    """
    if actual.options is None or expected.options is None:
        return
    _set((), schema_options(expected.options), schema_options(actual.options), draft)
    before: dict[str, Mapping[str, str]] = {fold(MAIN): {}}
    before.update((fold(schema.name), schema.options) for schema in expected.schemas)
    for schema in actual.schemas:
        known = before.get(fold(schema.name))
        _set((schema.name,), known or {}, schema.options, draft, part=int(known is None))
    for old, new in tables.altered:
        _set((new.schema, new.name), old.options, new.options, draft)
    for table in tables.created:
        _set((table.schema, table.name), {}, table.options, draft, part=1)


def _set(
    owner: tuple[str, ...], before: Mapping[str, str], after: Mapping[str, str], draft: Draft, *, part: int = 0
) -> None:
    """Set the options of the lake, of a schema, or of a table, as (schema, name)."""
    if before == after:
        return
    for key in sorted(before.keys() - after.keys()):
        draft.leave("option", full_name(*owner, key), "DuckLake can't unset an option")
    for key, value in changed_options(before, after).items():
        draft.add(Phase.OPTION, set_option(key, value, *owner), part=part)
