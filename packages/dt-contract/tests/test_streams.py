import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from dt_contract import codec
from dt_contract.migrations import MigrationsDocument
from dt_contract.streams import place

DOCUMENT = codec.encode(MigrationsDocument(directory="größe"))
COPY = """
import sys
from dt_contract.boundary import run
from dt_contract.migrations import MigrationsDocument
from dt_contract.streams import read_document, write_document

def command(argv):
    write_document(read_document(argv[0], MigrationsDocument, reader="dt-x"))
    return 0

sys.exit(run("dt-x", command))
"""


def copy(source: str, **settings: object) -> tuple[int, bytes, bytes]:
    done = subprocess.run([sys.executable, "-c", COPY, source], capture_output=True, **settings)  # type: ignore[call-overload]
    return done.returncode, done.stdout, done.stderr


def test_from_stdin() -> None:
    assert copy("-", input=DOCUMENT) == (0, DOCUMENT, b"")


def test_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(DOCUMENT)
    assert copy("a.json", cwd=tmp_path) == (0, DOCUMENT, b"")


def test_the_locale_does_not_matter() -> None:
    ascii_only = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    assert copy("-", input=DOCUMENT, env=ascii_only) == (0, DOCUMENT, b"")


@pytest.mark.parametrize(
    ("source", "error"),
    [
        pytest.param("none.json", b"dt-x: none.json: no such file\n", id="missing"),
        pytest.param("none/a.json", b"dt-x: none/a.json: no such file\n", id="missing folder"),
        pytest.param("", b"dt-x: '': no such file\n", id="empty path"),
        pytest.param(".", b"dt-x: .: is a directory, not a file\n", id="directory"),
        pytest.param("file/x", b"dt-x: file/x: can't be read: Not a directory\n", id="a file for a folder"),
        pytest.param("file", b"dt-x: file: is empty; dt-x reads a migrations document\n", id="empty file"),
        pytest.param("-", b"dt-x: stdin: is empty; dt-x reads a migrations document\n", id="empty stdin"),
    ],
)
def test_unreadable(tmp_path: Path, source: str, error: bytes) -> None:
    (tmp_path / "file").touch()
    assert copy(source, cwd=tmp_path, input=b"") == (2, b"", error)


def test_a_terminal_gets_a_pipeline_as_hint() -> None:
    terminal, stdin = pty.openpty()
    result = copy("-", stdin=stdin)
    os.close(terminal)
    os.close(stdin)
    message = b"dt-x: stdin: is a terminal; dt-x reads a migrations document\nhint: dt-scan | dt-x\n"
    assert result == (2, b"", message)


@pytest.mark.parametrize(
    ("redirection", "error"),
    [
        pytest.param("<&-", "dt-x: stdin: is closed; dt-x reads a migrations document\n", id="closed"),
        pytest.param("0> written", "dt-x: stdin: can't be read: Bad file descriptor\n", id="open for writing only"),
    ],
)
def test_a_stdin_that_can_not_be_read(tmp_path: Path, redirection: str, error: str) -> None:
    shell = ["bash", "-c", f'exec "$0" -c "$1" - {redirection}', sys.executable, COPY]
    done = subprocess.run(shell, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.splitlines()[0] + "\n") == (2, "", error)


@pytest.mark.parametrize(
    ("redirection", "error"),
    [
        pytest.param(">&-", "dt-x: stdout: is closed, so nothing can be written\n", id="closed"),
        pytest.param("> /dev/full", "dt-x: stdout: can't be written: No space left on device\n", id="full"),
    ],
)
def test_a_stdout_that_can_not_be_written(redirection: str, error: str) -> None:
    shell = ["bash", "-c", f'exec "$0" -c "$1" - {redirection}', sys.executable, COPY]
    done = subprocess.run(shell, input=DOCUMENT, capture_output=True)
    assert (done.returncode, done.stderr.decode()) == (2, error)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("-", "stdin", id="stdin"),
        pytest.param("./a.json", "./a.json", id="as typed"),
        pytest.param("größe.json", "größe.json", id="not ASCII"),
        pytest.param("\udcff.json", "\\xff.json", id="not UTF-8"),
    ],
)
def test_place(source: str, expected: str) -> None:
    assert place(source) == expected
