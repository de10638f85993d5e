"""What holds for all tests: no random test may depend on how busy the machine is, and which tests are quick."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from support.quick import is_slow, needs, no_process

settings.register_profile("busy machine", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

# Whoever runs the tests by nohup would hand on to all commands that SIGHUP is ignored.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `scripts/test --quick`."""
    parser.addoption(
        "--no-process", action="store_true", help="fail a test that starts a process and isn't known for it"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a process or a lake."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        for mark in needs(item):
            item.add_marker(mark)
        if is_slow(item):
            item.add_marker("slow")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """With --no-process, keep a test that is not marked so from starting one."""
    if item.get_closest_marker("process") or not item.config.getoption("--no-process"):
        return (yield)
    with no_process():
        return (yield)
