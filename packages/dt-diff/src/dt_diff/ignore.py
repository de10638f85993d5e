"""Rules that name changes by patterns, such as those that `drift --ignore` leaves out. Pure.

A rule is matched part by part: `main.tmp_*` has a pattern for the schema and one for the table, with `*`, `?` and `[…]`
as in file names. A last part `*` is all that is there, however deep; text in double quotes is the name itself, dots and
wildcards included. A kind may come first: `table:main.tmp_*`. Names are compared as DuckDB does, in any case of ASCII
letters. What matches a table or schema matches all that is in it. A rename is chosen by either of its names, but left
out only by a rule for both: a rule for `tmp_*` must not hide that something else got such a name.
"""

import re
from collections.abc import Iterator, Sequence
from fnmatch import translate
from typing import NamedTuple, get_args

from msgspec.structs import replace

from dt_contract.diff import Change, DiffDocument, ObjectKind
from dt_contract.errors import InputError
from dt_contract.identifiers import fold
from dt_diff.compare import count
from dt_diff.names import identifiers

_KINDS = get_args(ObjectKind)
_PIECE = re.compile(r'"(?P<quoted>(?:[^"]|"")*)"|(?P<dot>\.)|(?P<plain>[^".]+)')


class Rule(NamedTuple):
    """A parsed rule. `kind` is empty for any; the last of `parts` is left out if it is `*`, and `is_open` then."""

    text: str
    kind: str
    parts: tuple[re.Pattern[str], ...]
    is_open: bool

    def matches(self, change: Change) -> bool:
        """Whether the rule matches what was changed, or what that is in; of a rename, both of its names."""
        return all(self._names(change.object, name) for name in _names(change))

    def chooses(self, change: Change) -> bool:
        """Whether the rule matches what was changed, or what that is in; of a rename, one of its names."""
        return any(self._names(change.object, name) for name in _names(change))

    def _names(self, object_: str, full_name: str) -> bool:
        name = [fold(part) for part in identifiers(full_name)]
        return any(
            self.kind in ("", kind) and self._fits(name[:length]) for kind, length in _places(object_, len(name))
        )

    def _fits(self, name: Sequence[str]) -> bool:
        is_as_long = len(name) > len(self.parts) if self.is_open else len(name) == len(self.parts)
        return is_as_long and all(part.fullmatch(text) for part, text in zip(self.parts, name, strict=False))


def parse_rule(text: str) -> Rule:
    """Return the rule that a text means. Raises InputError for a quote that is not closed, and for an empty part."""
    kind, colon, pattern = text.partition(":")
    if not colon or kind not in _KINDS:
        kind, pattern = "", text
    parts, end = [""], 0
    for piece in _PIECE.finditer(pattern):
        if piece.start() != end:
            break
        end = piece.end()
        match piece.lastgroup:
            case "dot":
                parts.append("")
            case "quoted":
                parts[-1] += _literal(piece["quoted"].replace('""', '"'))
            case _:
                parts[-1] += piece["plain"]
    if end != len(pattern):
        raise InputError(f'the rule {text!r} has an opening " without a closing one')
    if not all(parts):
        raise InputError(f"the rule {text!r} has an empty part", hint='write a name with a dot in double quotes: "a.b"')
    is_open = parts[-1] == "*"
    patterns = (re.compile(translate(fold(part))) for part in (parts[:-1] if is_open else parts))
    return Rule(text, kind, tuple(patterns), is_open)


def without_ignored(diff: DiffDocument, rules: Sequence[str]) -> tuple[DiffDocument, list[str]]:
    """Return the diff with the changes that no rule matches, and the rules that match none.

    Raises InputError for a rule that can't be read.
    """
    parsed = [parse_rule(rule) for rule in rules]
    matched = [[rule.text for rule in parsed if rule.matches(change)] for change in diff.changes]
    used = {rule for found in matched for rule in found}
    kept = tuple(change for change, found in zip(diff.changes, matched, strict=True) if not found)
    left = replace(diff, changes=kept, counts=count(kept), ignored=diff.ignored + len(diff.changes) - len(kept))
    return left, [rule for rule in rules if rule not in used]


def _names(change: Change) -> tuple[str, ...]:
    return (change.name, change.before or "") if change.change == "renamed" else (change.name,)


def _literal(text: str) -> str:
    """Text that `translate` takes for itself."""
    return re.sub(r"([*?[])", r"[\1]", text)


def _places(object_: str, depth: int) -> Iterator[tuple[str, int]]:
    """The kind of the object itself and of what it is in (a column, a table, a schema), with the length of its name."""
    yield object_, depth
    for length in range(depth - 1, 0, -1):
        yield {1: "schema", 2: "table"}.get(length, "column"), length
