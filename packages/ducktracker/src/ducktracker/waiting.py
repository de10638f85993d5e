"""Waits for a lake that another process holds."""

import time
from collections.abc import Callable
from typing import TypeVar

from dt_contract.errors import LakeBusy
from dt_lake.attach import LakeLocked

T = TypeVar("T")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
"""Seconds between two tries."""


def wait_for(attempt: Callable[[], T], patience: float, say: Callable[[str], None]) -> T:
    """Gives what `attempt` does, which is tried again for `patience` seconds while another process holds the lake.

    `say` tells that it waits. Raises LakeBusy, and what the attempt does.
    """
    until = time.monotonic() + patience
    pause = _FIRST_PAUSE
    while True:
        try:
            return attempt()
        except LakeLocked as locked:
            if time.monotonic() + pause > until:
                raise LakeBusy(locked.message, place=locked.place, hint="nothing was lost; run again") from None
            if pause == _FIRST_PAUSE:
                say(f"another process holds the lake; waiting up to {patience:g} seconds")
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
