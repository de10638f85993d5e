"""One run of a command as a process: how long it took, how much memory it needed, and what it printed."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Sample(NamedTuple):
    """`cpu_seconds` are without PostgreSQL's; `megabytes` is the peak, in a pipeline that of the largest process."""

    seconds: float
    cpu_seconds: float
    megabytes: float


class Ended(NamedTuple):
    """A run with what it printed."""

    sample: Sample
    code: int
    out: str
    err: str


def run(argv: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ended:
    """Run a command to its end, its output into a pipe.

    The peak that Linux tells of a child is at least ours, because it starts in our memory: this process imports little.
    """
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        child = subprocess.Popen(
            argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        )
        assert child.stdout is not None
        with child.stdout:
            out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        took = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        sample = Sample(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
        return Ended(sample, child.returncode, out.decode(), errors.read().decode())
