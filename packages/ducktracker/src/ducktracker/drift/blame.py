"""Which lake snapshots made a change. Pure.

Of all that was done to an object, only what can be seen in the change counts: a comment that was set does not
explain a new type, and what was undone or overwritten explains nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from dt_contract.diff import Blame, Change
from dt_contract.history import HistoryDocument
from dt_snapshot.commits import Commit
from ducktracker.drift.object_ids import Key, Located
from ducktracker.drift.timeline import Step

_ANY = -1
"""In place of a column's id: anything in the table."""
_UNKNOWN = Commit(None, None, None)


class _Event(NamedTuple):
    snapshot: int
    change: Change


def blamed(
    changes: Iterable[Located],
    steps: Sequence[Step],
    commits: Mapping[int, Commit],
    history: HistoryDocument,
    *,
    not_by: Collection[int] = (),
) -> tuple[Change, ...]:
    """Return the changes with the snapshots that made them; of expired ones only the number is known, or nothing.

    Snapshots in `not_by` are named only if nobody else is.
    """
    events, scripts, same = _events(steps), migrations_by_snapshot(history), _same(steps)
    others = {key: [event for event in own if event.snapshot not in not_by] for key, own in events.items()}
    found = []
    for located in changes:
        if located.change.object == "option":
            found.append(located.change)
            continue
        snapshots = _snapshots(located, others, same) or _snapshots(located, events, same)
        blame = tuple(_blame(snapshot, commits.get(snapshot, _UNKNOWN), scripts) for snapshot in snapshots)
        found.append(replace(located.change, blame=blame))
    return tuple(found)


def migrations_by_snapshot(history: HistoryDocument) -> dict[int, tuple[str, ...]]:
    """Return the scripts that were applied, by the lake snapshot that applied them."""
    scripts: dict[int, tuple[str, ...]] = {}
    for row in history.rows:
        if row.success and row.is_migration and row.lake_snapshot is not None:
            scripts[row.lake_snapshot] = (*scripts.get(row.lake_snapshot, ()), row.script)
    return scripts


def _events(steps: Iterable[Step]) -> dict[Key, list[_Event]]:
    events: dict[Key, list[_Event]] = defaultdict(list)
    for step in steps:
        for located in step.changes:
            for key in located.keys:
                events[key].append(_Event(step.snapshot, located.change))
                events[key[0], _ANY].append(_Event(step.snapshot, located.change))
    return events


def _same(steps: Iterable[Step]) -> dict[Key, set[Key]]:
    """The keys of a view or macro that was replaced, maybe again and again: each time its id is a new one."""
    same: dict[Key, set[Key]] = {}
    for step in steps:
        for located in step.changes:
            if len(located.keys) > 1:
                merged = set(located.keys).union(*(same.get(key, ()) for key in located.keys))
                same.update(dict.fromkeys(merged, merged))
    return same


def _snapshots(located: Located, events: Mapping[Key, list[_Event]], same: Mapping[Key, set[Key]]) -> list[int]:
    keys = set(located.keys).union(*(same.get(key, ()) for key in located.keys))
    own = sorted((event for key in keys for event in events.get(key, ())), key=attrgetter("snapshot"))
    match located.change.change:
        case "removed":
            # A column that is not in the table which took its table's place was left out when that was made.
            chosen = [e for e in own if e.change.change == "removed"] or [e for e in own if e.change.change == "added"]
            snapshots = {event.snapshot for event in chosen[-1:]}
        case "added":
            snapshots = _makers(own).union(*(_makers(events.get(key, ())) for key in located.inner))
        case _:
            snapshots = {snapshot for field in _aspects(located.change) for snapshot in _last(own, field)}
    return sorted(snapshots or _otherwise(keys, own, located, events))


def _otherwise(
    keys: set[Key], own: Sequence[_Event], located: Located, events: Mapping[Key, list[_Event]]
) -> list[int]:
    """The last to do anything to the object, or what is in it; else who made its table, or did anything to that."""
    every = [*own, *(event for key in located.inner for event in events.get(key, ()))]
    every = every or [event for table, _ in keys for event in events.get((table, None), ())]
    every = every or [event for table, _ in keys for event in events.get((table, _ANY), ())]
    return [max(event.snapshot for event in every)] if every else []


def _makers(events: Sequence[_Event]) -> set[int]:
    """Who made an object what it is: since it came, the last one to change each property that is not as it was then."""
    begin = max((place for place, event in enumerate(events) if event.change.change == "added"), default=0)
    values: dict[str, tuple[str | None, str | None, int]] = {}
    for event in events[begin:]:
        for field, before, after in _values(event.change):
            values[field] = (values[field][0] if field in values else before, after, event.snapshot)
    made = {event.snapshot for event in events[begin : begin + 1] if event.change.change == "added"}
    return made | {snapshot for before, after, snapshot in values.values() if before != after}


def _values(change: Change) -> list[tuple[str, str | None, str | None]]:
    names = [("name", change.before, change.after)] if change.change == "renamed" else []
    return names + [(detail.field, detail.before, detail.after) for detail in change.details]


def _last(events: Sequence[_Event], field: str) -> list[int]:
    """The last one to set a property; what others set before is overwritten."""
    setting = [event for event in events if field in _aspects(event.change)]
    kept = [event for event in setting if event.change.change != "removed"] or setting
    return [event.snapshot for event in kept[-1:]]


def _aspects(change: Change) -> set[str]:
    """What of its object a change is about; making or dropping it is about everything."""
    if change.change in ("added", "removed"):
        return {"name", "sql", "definition", "column_aliases", "comment"}
    return {detail.field for detail in change.details} | ({"name"} if change.change == "renamed" else set())


def _blame(snapshot: int, commit: Commit, scripts: Mapping[int, tuple[str, ...]]) -> Blame:
    return Blame(
        lake_snapshot=snapshot,
        time=commit.time,
        author=commit.author,
        message=commit.message,
        migrations=scripts.get(snapshot, ()),
    )
