"""A signal ends a command whatever it waits for, and what it waits for is asked to end first."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from dt_contract import signals

STALLED = """
import signal, sys, threading
from dt_contract import boundary
from dt_contract.signals import stoppable
signal.signal(signal.SIGINT, signal.default_int_handler)
class Deaf:
    def stop(self): print('asked', flush=True)
deaf = Deaf()
stoppable(deaf)
def command(argv):
    print('ready', flush=True)
    threading.Event().wait()
boundary.end(boundary.run('dt-x', command, []))
"""


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        pytest.param(signal.SIGINT, 130, "dt-x: interrupted\n", id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, "dt-x: ended by SIGTERM\n", id="SIGTERM"),
        pytest.param(signal.SIGHUP, 129, "dt-x: ended by SIGHUP\n", id="SIGHUP"),
    ],
)
def test_a_wait_that_nothing_ends(number: signal.Signals, code: int, said: str) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", STALLED], stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (code, said)
    assert set(out.splitlines()) == {"asked"}


class Wait:
    """Ends when it is asked to."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        signals.stoppable(self)

    def stop(self) -> None:
        self.asked.set()


def test_what_waits_is_asked_and_takes_back_what_it_did() -> None:
    taken_back: list[str] = []
    wait = Wait()

    def work() -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        wait.asked.wait()
        try:
            signals.check()
        finally:
            taken_back.append("all")
        return 0

    with pytest.raises(signals.Ended) as ended:
        signals.attended(work)
    assert (ended.value.number, taken_back) == (signal.SIGTERM, ["all"])
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_pause_ends_at_once() -> None:
    began = time.monotonic()

    def work() -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        signals.pause(3600)
        return 0

    with pytest.raises(signals.Ended):
        signals.attended(work)
    assert time.monotonic() - began < 60


def test_what_the_work_does_reaches_the_caller() -> None:
    assert signals.attended(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        signals.attended(lambda: 1 // 0)
    assert not signals.is_asked()
