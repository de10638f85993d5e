"""What differs between the macros of two schemas."""

from collections.abc import Iterator, Sequence

from dt_contract.diff import Change
from dt_contract.schema import Macro
from dt_diff.definition import differing, macro_definition
from dt_diff.matching import Rule, match
from dt_diff.names import full_name


def compare_macros(before: Sequence[Macro], after: Sequence[Macro], rules: Sequence[Rule[Macro]]) -> Iterator[Change]:
    """Return the changes of the macros; all overloads of one are one definition."""
    macros = match(before, after, rules)
    for macro in macros.removed:
        name, definition = full_name(macro.schema, macro.name), macro_definition(macro)
        yield Change(change="removed", object="macro", name=name, before=definition)
    for macro in macros.added:
        name, definition = full_name(macro.schema, macro.name), macro_definition(macro)
        yield Change(change="added", object="macro", name=name, after=definition)
    for old, new in macros.pairs:
        if old != new:
            yield from _compare_macro(old, new)


def _compare_macro(before: Macro, after: Macro) -> Iterator[Change]:
    old, new = full_name(before.schema, before.name), full_name(after.schema, after.name)
    was, now = macro_definition(before), macro_definition(after)
    details = differing(("definition", was, now))
    if old != new:
        yield Change(change="renamed", object="macro", name=new, before=old, after=new, details=details)
    elif details:
        yield Change(change="modified", object="macro", name=new, before=was, after=now, details=details)
