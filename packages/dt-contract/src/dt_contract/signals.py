"""Ctrl-C, SIGTERM and SIGHUP: a command runs in a thread, and no wait in it keeps the main one from hearing them.

The main thread asks what waits to end, allows it a second to roll back and to remove what is temporary, and then the
command is over whatever still hangs, such as a network that has stalled.
"""

import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

_GRACE, _SHORT = 1.0, 0.1
"""Seconds that a command has to end: with a lake, and without."""

_ASK_EVERY = 0.05
"""Seconds between two times that a wait is asked to end: it may just have begun."""

_asked = threading.Event()
_waits: dict[int, "weakref.ref[Stoppable]"] = {}


class Stoppable(Protocol):
    """What may wait long, and can be asked to end from another thread."""

    def stop(self) -> None:
        """End the wait, if there is one."""


class Ended(BaseException):
    """The process is to end by a signal; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def stoppable(wait: Stoppable) -> None:
    """Have a signal stop this as long as it lives."""
    key = id(wait)
    _waits[key] = weakref.ref(wait, lambda _: _forget(key))


def _forget(key: int) -> None:
    _waits.pop(key, None)


def is_asked() -> bool:
    """Whether a signal has asked the command to end."""
    return _asked.is_set()


def check() -> None:
    """Raise KeyboardInterrupt if a signal has asked the command to end."""
    if _asked.is_set():
        raise KeyboardInterrupt


def pause(seconds: float) -> None:
    """Sleep; raises KeyboardInterrupt as soon as a signal asks the command to end."""
    if _asked.wait(seconds):
        raise KeyboardInterrupt


def attended(work: Callable[[], int]) -> int:
    """Return what the work does, or raise what it does. Raises KeyboardInterrupt or Ended once a signal has come.

    Raises MemoryError if there is no room for a thread.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    _asked.clear()
    done, results, errors = threading.Event(), list[int](), list[BaseException]()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    with _heard():
        try:
            _start(run)
            done.wait()
        except BaseException:
            _stop(done)
            raise
    if errors:
        raise errors[0]
    return results[0]


def _start(run: Callable[[], None]) -> None:
    try:
        threading.Thread(target=run, name="command", daemon=True).start()
    except RuntimeError as error:  # Of a thread that never ran: there is no room for its stack.
        raise MemoryError from error


def _stop(done: threading.Event) -> None:
    _asked.set()
    until = time.monotonic() + (_GRACE if _waits else _SHORT)
    while not done.is_set() and time.monotonic() < until:
        for reference in list(_waits.values()):
            wait = reference()
            if wait is not None:
                wait.stop()
        done.wait(_ASK_EVERY)


@contextmanager
def _heard() -> Iterator[None]:
    """Hear SIGTERM and SIGHUP, unless whoever started us has it ignored, as nohup does."""

    def end(number: int, _: FrameType | None) -> None:
        raise Ended(number)

    ours = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) == signal.SIG_DFL]
    for number in ours:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)
