"""The values of --backend, for messages."""

from collections.abc import Sequence

from dt_contract.errors import InputError


def one_of(backends: Sequence[str]) -> str:
    """Return them as people list them: `a, b or c`."""
    return f"{', '.join(backends[:-1])} or {backends[-1]}"


def unknown_backend(given: str, backends: Sequence[str]) -> InputError:
    """Return the error for a value that --backend doesn't take, with the reason if that is known."""
    from dt_config.backends import unsupported

    reason = unsupported(given.removeprefix("ducklake-"))
    message = f"unknown backend {given!r}: choose {one_of(backends)}"
    return InputError(f"argument --backend: {reason or message}", hint=f"choose {one_of(backends)}" if reason else None)
