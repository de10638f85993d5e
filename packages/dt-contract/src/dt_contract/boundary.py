"""The one place where an error becomes a line on stderr and an exit code."""

import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn

from dt_contract.errors import InputError, Stop
from dt_contract.exits import Exit
from dt_contract.signals import Ended, attended
from dt_contract.terminal import line, lines

Style = Callable[[str, str], str]
"""Returns the first word of a line in colour; what comes first is what the line is, `message` or `hint`."""


class _Manner:
    """How the current run talks on stderr."""

    is_quiet = False
    style: Style | None = None


_manner = _Manner()
_LIBRARIES = (".so", ".pyd")
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def run(prog: str, command: Callable[[Sequence[str]], int], argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; prints every error as `prog: place: message`.

    A closed stdout ends quietly. A bug is printed with its traceback and is exit 70.
    """
    set_manner()
    try:
        if sys.stdout is None:
            raise InputError("is closed, so nothing can be written", place="stdout")
        arguments = sys.argv[1:] if argv is None else argv
        code = attended(lambda: command(arguments))
        sys.stdout.flush()
        return code
    except Stop as stop:
        _say(prog, str(stop), stop.excerpt, stop.hint)
        return stop.code
    except BrokenPipeError:
        _quieten_stdout()
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return _interrupted(prog)
    except Ended as ended:
        _say(prog, f"ended by {signal.Signals(ended.number).name}")
        return 128 + ended.number
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            return _interrupted(prog)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            _quieten_stdout()
            _say(prog, f"stdout: can't be written: {error.strerror}")
            return Exit.INPUT
        if problem := _too_much(error):
            _say(prog, problem)
            return Exit.INPUT

        import traceback

        _write("".join(f"{text}\n" for text in lines(traceback.format_exc().rstrip("\n"), gutter="")))
        _say(prog, "this is a bug in ducktracker; please report it with the lines above")
        return Exit.BUG


def end(code: int) -> NoReturn:
    """End the process of a command that has closed what it opened.

    Nothing is taken apart that the operating system frees at once: DuckDB takes 20 ms for that when Python exits.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(code)


def _too_much(error: Exception) -> str | None:
    """What is wrong with an input that is too large for this machine, or nested too deep for Python.

    The system finds no room for a library with other words on each platform.
    """
    match error:
        case MemoryError():
            return "there is too little memory for this"
        case RecursionError():
            return "something that was read is nested too deep"
        case ImportError(path=str(path), name=name) if path.endswith(_LIBRARIES) and name not in sys.modules:
            return f"{path}: can't be loaded; is there too little memory?"
        case _:
            return None


def _interrupted(prog: str) -> int:
    """DuckDB raises an error of its own whose cause is the interrupt."""
    _say(prog, "interrupted")
    return Exit.INTERRUPTED


def warn(prog: str, message: str) -> None:
    """Print a line on stderr that does not end the command, unless the user wants none."""
    if not _manner.is_quiet:
        _say(prog, message)


def set_manner(*, is_quiet: bool = False, style: Style | None = None) -> None:
    """Say how this run talks on stderr: whether warnings are left out, and what colours a line."""
    _manner.is_quiet, _manner.style = is_quiet, style


def _say(prog: str, message: str, excerpt: str | None = None, hint: str | None = None) -> None:
    style = _manner.style or (lambda _, text: text)
    said = [style("message", f"{prog}:") + line(f" {' '.join(message.splitlines())}")]
    said += [f"  {text}" for text in lines(excerpt)] if excerpt else []
    said += [style("hint", "hint:") + line(f" {hint}")] if hint else []
    _write("".join(f"{text}\n" for text in said))


def _write(text: str) -> None:
    """A stderr that is closed must not change the exit code."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


def _quieten_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's own last flush can't fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
