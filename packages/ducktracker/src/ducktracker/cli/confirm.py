"""Asks a person before something is written."""

import sys

from dt_contract.errors import InputError


def asked(question: str, command: str, done: str) -> bool:
    """Return whether a person on the terminal says yes.

    Raise InputError if there is no terminal: nothing was `done`, and the command takes --yes.
    """
    if not (sys.stdin and sys.stdin.isatty()):
        message = f"can't ask for confirmation: stdin is not a terminal; nothing was {done}"
        raise InputError(message, hint=f"ducktracker {command} --yes")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
