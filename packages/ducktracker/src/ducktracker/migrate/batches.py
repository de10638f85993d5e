"""Which migrations share a transaction. Pure."""

from collections.abc import Sequence
from itertools import groupby
from typing import assert_never

from dt_contract.transactions import Mode, Shared
from dt_lint.script.classify import is_plain_ddl
from dt_lint.script.statements import Script

AUTO_EACH = 20
"""Up to so many pending migrations, `auto` gives each a lake snapshot of its own."""


def batches(scripts: Sequence[Script], mode: Mode) -> list[list[Script]]:
    """Return the transactions of a run, in order.

    `group` puts consecutive migrations of plain DDL together; every other one stands alone, because data and DDL
    of several migrations in one transaction can store other rows than one after the other
    (docs/ducklake-facts.md#rows-and-another-type).
    """
    match effective(mode, len(scripts)):
        case "each":
            return [[script] for script in scripts]
        case "group":
            return _grouped(scripts)
        case "all":
            return [list(scripts)] if scripts else []
        case other:
            assert_never(other)


def effective(mode: Mode, pending: int) -> Shared:
    """Return what `auto` comes to for so many pending migrations."""
    if mode == "auto":
        return "each" if pending <= AUTO_EACH else "group"
    return mode


def _grouped(scripts: Sequence[Script]) -> list[list[Script]]:
    found: list[list[Script]] = []
    for plain, group in groupby(scripts, key=is_plain_ddl):
        run = list(group)
        found += [run] if plain else [[script] for script in run]
    return found


def without_culprit(batch: Sequence[Script], culprit: Script | None) -> list[list[Script]]:
    """Return what to try after a shared transaction failed: what came before, the one that failed, what comes after.

    Where it is not known which one failed, as when COMMIT did, each stands alone.
    """
    if culprit is None:
        return [[script] for script in batch]
    index = list(batch).index(culprit)
    parts = (batch[:index], [culprit], batch[index + 1 :])
    return [list(part) for part in parts if part]
