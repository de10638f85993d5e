"""Which tests are quick: those that need no process, no server and no lake. `scripts/test --quick` runs them.

Nobody has to mark the others. A test needs a process if its code, a fixture of its or a function of its file that these
call names one of `_STARTERS`, and likewise a lake. A starter that is missing there is found when the test runs
with `--no-process`, as in that loop: it fails.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import unwrap
from types import CodeType, FunctionType

import pytest

_STARTERS = {
    "subprocess",
    "Popen",
    "run",
    "shell",
    "pipe",
    "started",
    "race",
    "Session",
    "new_server",
    "fork",
    "system",
}
_LAKES = {"load_extension", "open_lake", "attach_lake", "attached", "new_lake", "new_project", "connect_sandboxed"}
_SQLITE_IN_EVERY_RUN = (
    "drift/test_matrix.py",
    "crash/test_failure_matrix.py",
    "crash/test_kill.py",
    "crash/test_race.py",
    "pipes/test_pipes.py",
    "umbrella/test_flow.py",
    "dt-branch/tests/test_equal.py",
    "dt-branch/tests/test_harm.py",
    "dt-lake/tests/test_lake.py",
    "dt-snapshot/tests/test_random_ddl.py",
    "lake/test_branch.py",
    "lake/test_sqlite.py",
    "lake/test_tampered_catalog.py",
    "branch/test_in_sqlite.py",
    "readme/test_readmes.py",
)
"""The files whose tests run with SQLite each time; all others only with `-m slow`: few can differ, some take long."""
_EVENTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"}


def needs(item: pytest.Function) -> Iterator[str]:
    """Yield `process` and `lake`, if the test or a fixture that it asks for needs them."""
    names = set(_called(item.function, set()))
    for found in item._fixtureinfo.name2fixturedefs.values():
        names |= set(_called(found[-1].func, set()))
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    if "postgres" in item.fixturenames or "postgres" in parameters or names & _STARTERS:
        yield "process"
    if names & _LAKES:
        yield "lake"


def is_slow(item: pytest.Function) -> bool:
    """Whether a test is left to `-m slow` as it is one of a file that runs with SQLite only there."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return "sqlite" in parameters and not item.path.as_posix().endswith(_SQLITE_IN_EVERY_RUN)


def _called(function: object, seen: set[CodeType]) -> Iterator[str]:
    """Yield the names that a function loads, and those that the functions of its file load which it calls."""
    function = unwrap(function) if callable(function) else function
    if not isinstance(function, FunctionType) or function.__code__ in seen:
        return
    seen.add(function.__code__)
    for name in set(_names(function.__code__)):
        yield name
        called = function.__globals__.get(name)
        if getattr(called, "__module__", None) == function.__module__:
            yield from _called(called, seen)


def _names(code: CodeType) -> Iterator[str]:
    """Yield all names that code and the functions within it load."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


class _Watch:
    on = False

    def __call__(self, event: str, _: object) -> None:
        if self.on and event in _EVENTS:
            raise AssertionError("this test starts a process: add what it calls for that to support.quick._STARTERS")


_WATCH = _Watch()
sys.addaudithook(_WATCH)


@contextmanager
def no_process() -> Iterator[None]:
    """Fail whatever starts a process in the block."""
    _WATCH.on = True
    try:
        yield
    finally:
        _WATCH.on = False
