"""Waits for a lake that another process holds."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TypeVar

from dt_config.config import Config
from dt_contract import signals
from dt_contract.boundary import warn
from dt_contract.errors import LakeBusy
from dt_lake.attach import LakeLocked
from dt_lake.lake import Lake, open_lake

T = TypeVar("T")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
"""Seconds between two tries."""
_PATIENCE = 60.0
"""Seconds that a command without --lock-timeout waits, as it is the default of that."""


@contextmanager
def open_for_writing(config: Config) -> Iterator[Lake]:
    """Open the lake, once no other process holds it. Raises LakeBusy, and what `open_lake` does."""
    with ExitStack() as stack:
        yield wait_for(
            lambda: stack.enter_context(open_lake(config, write=True)), _PATIENCE, partial(warn, "ducktracker")
        )


def wait_for(attempt: Callable[[], T], lock_timeout: float, notify: Callable[[str], None]) -> T:
    """Return what `attempt` does, which is tried again for `lock_timeout` seconds while another process holds the lake.

    `notify` tells that it waits. Raises LakeBusy, and what the attempt does.
    """
    until = time.monotonic() + lock_timeout
    pause = _FIRST_PAUSE
    while True:
        try:
            return attempt()
        except LakeLocked as locked:
            if time.monotonic() + pause > until:
                raise LakeBusy(locked.message, place=locked.place, hint="nothing was lost; run again") from None
            if pause == _FIRST_PAUSE:
                notify(f"another process holds the lake; waiting up to {lock_timeout:g} seconds")
        signals.pause(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
