import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest

from dt_contract.boundary import run, warn
from dt_contract.errors import InputError, LakeBusy, LakeError, MigrationFailed, Refused, Stop
from dt_contract.exits import Exit


@pytest.mark.parametrize(
    ("stop", "code"),
    [
        pytest.param(Refused("m"), 1, id="refused"),
        pytest.param(InputError("m"), 2, id="input"),
        pytest.param(LakeError("m"), 3, id="lake"),
        pytest.param(MigrationFailed("m"), 4, id="failed"),
        pytest.param(LakeBusy("m"), 5, id="busy"),
    ],
)
def test_exit_codes_of_errors(stop: Stop, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("dt-x", raising(stop), []) == code
    assert capsys.readouterr() == ("", "dt-x: m\n")


def raising(error: BaseException) -> Callable[[Sequence[str]], int]:
    def command(argv: Sequence[str]) -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        pytest.param(InputError("m"), "dt-x: m\n", id="message"),
        pytest.param(InputError("m", place="V3__x.sql:12"), "dt-x: V3__x.sql:12: m\n", id="place"),
        pytest.param(InputError("m", hint="dt-x --help"), "dt-x: m\nhint: dt-x --help\n", id="hint"),
        pytest.param(InputError("one\ntwo"), "dt-x: one two\n", id="a message of two lines becomes one"),
        pytest.param(
            InputError("m", excerpt="SELECT\n1", hint="h"), "dt-x: m\n  | SELECT\n  | 1\nhint: h\n", id="an excerpt"
        ),
        pytest.param(LakeError("host=x password=abc"), "dt-x: host=x password=***\n", id="a secret"),
    ],
)
def test_error_lines(stop: Stop, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    run("dt-x", raising(stop), [])
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize("code", [Exit.DONE, Exit.FOUND])
def test_the_exit_code_of_a_command_is_kept(code: Exit) -> None:
    assert run("dt-x", lambda argv: code, []) == code


def test_arguments_reach_the_command() -> None:
    assert run("dt-x", len, ["a", "b"]) == 2


def test_a_bug_has_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("dt-x", raising(ZeroDivisionError("password=abc")), []) == 70
    error = capsys.readouterr().err
    assert error.startswith("Traceback (most recent call last):\n")
    assert error.endswith("dt-x: this is a bug in ducktracker; please report it with the lines above\n")
    assert "abc" not in error


def test_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("dt-x", raising(KeyboardInterrupt()), []) == 130
    assert capsys.readouterr().err == "dt-x: interrupted\n"


def test_warn_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    warn("dt-x", "token=abc is odd")
    assert capsys.readouterr() == ("", "dt-x: token=*** is odd\n")


COMMAND = """
import sys
from dt_contract.boundary import run
{body}
sys.exit(run("dt-x", command))
"""
MUCH = COMMAND.format(body="def command(argv): print('x' * 10_000_000); return 0")
LITTLE = COMMAND.format(body="def command(argv): sys.stdin.read(); print('x'); return 0")
# A shell has its background jobs ignore SIGINT, and the tests may be one.
WAITING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)" + COMMAND.format(
    body="def command(argv): print('ready', flush=True); sys.stdin.read(); return 0"
)


@pytest.mark.parametrize("script", [pytest.param(MUCH, id="much output"), pytest.param(LITTLE, id="little output")])
def test_a_closed_pipe_ends_quietly(script: str) -> None:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    os.close(reading)
    assert (process.communicate()[1], process.returncode) == ("", 128 + signal.SIGPIPE)


def test_ctrl_c_is_exit_130() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", WAITING], stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.communicate()[1] == "dt-x: interrupted\n"
    assert process.returncode == 130


def test_a_full_disk_is_one_line() -> None:
    code = (
        "from dt_contract.boundary import run; import sys; sys.exit(run('dt-x', lambda argv: print('x' * 9) or 0, []))"
    )
    with open("/dev/full", "w") as full:
        ended = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (ended.returncode, ended.stderr) == (2, "dt-x: stdout: can't be written: No space left on device\n")


def test_an_interrupt_within_duckdb_is_an_interrupt(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(argv: Sequence[str]) -> int:
        raise RuntimeError("Query interrupted") from KeyboardInterrupt()

    assert run("dt-x", interrupted, []) == Exit.INTERRUPTED
    assert capsys.readouterr().err == "dt-x: interrupted\n"


@pytest.mark.parametrize("stdout", [None, "closed"])
def test_the_end_of_a_process_writes_what_is_buffered_and_waits_for_nothing(stdout: str | None) -> None:
    script = "import atexit; from dt_contract.boundary import end; atexit.register(print, 'late'); print('out'); end(4)"
    command = f'"{sys.executable}" -c "{script}"' + (" >&-" if stdout else "")
    ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (4, "" if stdout else "out\n", "")
