"""The state of a migration file: what the history, and the B files of the folder, say of it. Pure."""

from dt_contract.migrations import Migration
from dt_contract.status import State
from dt_history.ledger import Ledger, collision, key_of, matches
from dt_history.squashed import Squashed

_NO_B_FILES = Squashed()


def state_of(migration: Migration, book: Ledger, squash: Squashed = _NO_B_FILES) -> State:
    """Return the state of a migration file."""
    key = key_of(migration)
    done = book.applied.get(key)
    if collision(migration, book):
        return "out-of-order"
    if done and (migration.type != "repeatable" or matches(done, migration)):
        return "applied"
    if migration.type == "squashed" and migration != squash.begins:
        return "out-of-order" if migration in squash.blocking else "ignored"
    if migration.type == "versioned" and _is_baselined(migration.version or 0, book, squash):
        return "baselined"
    if key in book.failed:
        return "failed"
    if done:
        return "outdated"
    if key in book.undone:
        return "undone"
    current = book.current_version
    is_next = migration.version is None or current is None or migration.version > current
    return "pending" if is_next else "out-of-order"


def _is_baselined(version: int, book: Ledger, squash: Squashed) -> bool:
    return book.is_baselined(version) or squash.covers(version)
