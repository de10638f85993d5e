"""What a run of migrate may be told."""

import msgspec

from dt_contract.transactions import Mode


class MigrateOptions(msgspec.Struct, frozen=True):
    """What a run may be told.

    `mode` None is that of the configuration; `plan` is the path of a plan document.

    `allow` names hazards to let pass; `lock_timeout` is for how many seconds to wait for other runners;
    `new_history` begins a history in a lake that has one elsewhere.
    """

    target: int | None = None
    mode: Mode | None = None
    plan: str | None = None
    allow: tuple[str, ...] = ()
    lock_timeout: float = 60
    new_history: bool = False
