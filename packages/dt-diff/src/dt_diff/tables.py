"""What differs between the tables of two schemas."""

from collections.abc import Iterator, Sequence

from dt_contract.diff import Change, Detail
from dt_contract.schema import Table
from dt_diff.columns import compare_columns
from dt_diff.definition import differing, listed, names, table_definition
from dt_diff.identity import Identity
from dt_diff.keys import same_keys
from dt_diff.matching import match
from dt_diff.names import Path, full_name
from dt_diff.options import compare_options


def compare_tables(
    before: Sequence[Table], after: Sequence[Table], identity: Identity, *, options: bool
) -> Iterator[Change]:
    """Return the changes of the tables, of their columns and, if `options`, of their options."""
    tables = match(before, after, identity.tables)
    # Only within one lake can a name be both removed and added.
    dropped = {(table.schema, table.name) for table in tables.removed}
    for table in tables.removed:
        name, definition = full_name(table.schema, table.name), table_definition(table)
        yield Change(change="removed", object="table", name=name, before=definition, hazards=("DATA_LOSS",))
    for table in tables.added:
        name, definition = full_name(table.schema, table.name), table_definition(table)
        made_again = (table.schema, table.name) in dropped
        yield Change(
            change="added", object="table", name=name, after=definition, hazards=("IDENTITY",) if made_again else ()
        )
    for old, new in tables.pairs:
        if not identity.unchanged(old, new):
            yield from _compare_table(old, new, identity, options=options)


def _compare_table(before: Table, after: Table, identity: Identity, *, options: bool) -> Iterator[Change]:
    path = Path(full_name(before.schema, before.name), full_name(after.schema, after.name))
    columns = list(compare_columns(before.columns, after.columns, path, identity.columns))
    details = _details(before, after, identity)
    if path.before != path.after:
        yield Change(
            change="renamed", object="table", name=path.after, before=path.before, after=path.after, details=details
        )
    elif details:
        yield Change(
            change="modified",
            object="table",
            name=path.after,
            before=table_definition(before),
            after=table_definition(after),
            details=details,
        )
    yield from columns
    if options:
        yield from compare_options(before.options, after.options, path.after)


def _details(before: Table, after: Table, identity: Identity) -> tuple[Detail, ...]:
    same_partitions, same_sorting = same_keys(before, after, identity)
    partitions = Detail(field="partition_by", before=listed(before.partition_by), after=listed(after.partition_by))
    sorting = Detail(field="sorted_by", before=listed(before.sorted_by), after=listed(after.sorted_by))
    return (
        *differing(("comment", before.comment, after.comment)),
        *(() if same_partitions else (partitions,)),
        *(() if same_sorting else (sorting,)),
        *_column_order(before, after, identity),
    )


def _column_order(before: Table, after: Table, identity: Identity) -> tuple[Detail, ...]:
    """Only the columns that both sides have can be in another order."""
    pairs = match(before.columns, after.columns, identity.columns).pairs
    former = {id(old): place for place, old in enumerate(before.columns)}
    later = {id(new): place for place, new in enumerate(after.columns)}
    pairs = sorted(pairs, key=lambda pair: former[id(pair[0])])
    turned = sorted(pairs, key=lambda pair: later[id(pair[1])])
    if pairs == turned:
        return ()
    old, new = names(tuple(old.name for old, _ in pairs)), names(tuple(new.name for _, new in turned))
    return (Detail(field="column_order", before=old, after=new),)
