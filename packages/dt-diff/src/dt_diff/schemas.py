"""What differs between the schemas of two lakes, not what is in them."""

from collections.abc import Iterator, Sequence

from dt_contract.diff import Change
from dt_contract.schema import Schema
from dt_diff.matching import Rule, match
from dt_diff.names import quote
from dt_diff.options import compare_options


def compare_schemas(
    before: Sequence[Schema], after: Sequence[Schema], rules: Sequence[Rule[Schema]], *, options: bool
) -> Iterator[Change]:
    """Return the changes of the schemas and, if `options`, of their options."""
    schemas = match(before, after, rules)
    for schema in schemas.removed:
        yield Change(change="removed", object="schema", name=quote(schema.name), before=schema.name)
    for schema in schemas.added:
        yield Change(change="added", object="schema", name=quote(schema.name), after=schema.name)
    for old, new in schemas.pairs:
        name = quote(new.name)
        if old.name != new.name:
            yield Change(change="renamed", object="schema", name=name, before=quote(old.name), after=name)
        if options:
            yield from compare_options(old.options, new.options, name)
