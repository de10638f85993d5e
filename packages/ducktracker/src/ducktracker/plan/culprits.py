"""Which statement made a change of a lake snapshot: the last one that is about the object. Pure."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from dt_contract.diff import Change
from dt_contract.hazards import Hazard
from dt_contract.identifiers import fold
from dt_diff.names import identifiers
from dt_lint.script.effect import Action, Effect
from dt_lint.script.statements import Script, Statement
from ducktracker.drift.object_ids import Located
from ducktracker.drift.timeline import Step

_REMOVES: frozenset[Action] = frozenset({"drop", "drop_column", "alter_type"})
_WANTED: dict[str, frozenset[Action]] = {
    "added": frozenset({"create", "add_column", "alter_type"}),
    "removed": _REMOVES,
    "renamed": frozenset({"rename", "rename_column", "alter_type"}),
    "modified": frozenset({"alter_type", "create"}),
}


class Culprit(NamedTuple):
    """A migration, and the statement in it if that can be told."""

    script: Script
    statement: Statement | None = None

    @property
    def line(self) -> int | None:
        """The line of the statement."""
        return self.statement.line if self.statement else None


def step_of(steps: Sequence[Step], located: Located, code: Hazard) -> tuple[Step, Change] | None:
    """Return the last step that did to an object what a change of the whole says, and the change in it."""
    found = [(step, other.change) for step in steps for other in step.changes if other.keys & located.keys]
    alike = [item for item in found if code in item[1].hazards]
    alike = alike or [item for item in found if item[1].change == located.change.change]
    best = alike or found
    return best[-1] if best else None


def culprit(scripts: Sequence[Script], change: Change, left_out: Collection[int]) -> Culprit:
    """Return what made a change, of all that a lake snapshot is made of; `left_out` are the ids of what didn't run."""
    statements = [(script, item) for script in scripts for item in script.statements if id(item) not in left_out]
    if len(statements) == 1:
        return Culprit(*statements[0])
    schema, *path = map(fold, identifiers(change.name))
    former = list(map(fold, identifiers(change.before or ""))) if change.change == "renamed" else []
    names = _aliases([item.effect for _, item in statements], schema, {*path[:1], *former[1:2]})
    paths = {tuple(path[1:]), tuple(former[2:])}
    best, found = (-1, -1), Culprit(scripts[-1])
    for script, statement in statements:
        rank = _rank(statement.effect, change, schema, names, paths)
        if rank and rank >= best:
            best, found = rank, Culprit(script, statement)
    return found


def _rank(
    effect: Effect, change: Change, schema: str, names: set[str], paths: set[tuple[str, ...]]
) -> tuple[int, int] | None:
    """How well a statement fits; None if it is not about the object."""
    target = effect.target
    if target is None or (effect.action == "comment" and change.change != "modified"):
        return None
    if effect.kind == "schema":
        is_its_end = effect.action == "drop" and change.change == "removed" and target.name == schema
        return (1, 1) if is_its_end else None
    if not any(target.may_be(schema, name) for name in names):
        return None
    wanted = effect.action in _WANTED[change.change] or (change.change == "removed" and effect.or_replace)
    is_path = any(path[: len(effect.path)] == effect.path for path in paths)
    return int(wanted), int(is_path)


def _aliases(effects: Sequence[Effect], schema: str, names: set[str]) -> set[str]:
    """With the names that the object has on the way."""
    for effect in (*effects, *reversed(effects)):
        if effect.action == "rename" and effect.target and effect.target.may_be(schema, effect.target.name):
            pair = {effect.target.name, effect.new_name}
            names |= pair if names & pair else set()
    return names
