"""What the commands that reach a lake share when they run: the configuration, and what is said on the way."""

import argparse
import sys
from typing import TYPE_CHECKING

from dt_contract.boundary import warn
from dt_contract.terminal import line

if TYPE_CHECKING:
    from dt_config.config import Config


def configured(arguments: argparse.Namespace) -> "Config":
    """Return the configuration that the flags, the environment and the file come to; say which lake or branch that is.

    Raises InputError.
    """
    from dt_config.flags import connection_flags
    from dt_config.resolve import resolve

    config = resolve(connection_flags(arguments))
    if config.source is not None and _is_text(arguments):
        _tell_branch(config)
    elif _is_read_by_a_person(arguments):
        _tell_lake(config)
    if arguments.verbose:
        _tell_sources(config)
    return config


def notify(text: str) -> None:
    """Tell a person something, on stderr."""
    warn("ducktracker", text)


def count(number: int, noun: str) -> str:
    """Return a number of things in words: `1 migration`, `2 migrations`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def tell(arguments: argparse.Namespace, text: str) -> None:
    """Print a line that sums up what was done, unless the user wants to hear of nothing that went well."""
    if not arguments.quiet:
        print(line(text))


def advise(arguments: argparse.Namespace, step: str) -> None:
    """Say on a terminal what to do next."""
    if _is_read_by_a_person(arguments):
        print(line(f"next: {step}"))


def _is_read_by_a_person(arguments: argparse.Namespace) -> bool:
    return _is_text(arguments) and not arguments.quiet and sys.stdout is not None and sys.stdout.isatty()


def _is_text(arguments: argparse.Namespace) -> bool:
    return not getattr(arguments, "json", False) and getattr(arguments, "format", None) in (None, "text")


def _tell_sources(config: "Config") -> None:
    from dt_lake.attach import place
    from dt_lake.lake import engines

    notify(f"configuration: {config.path or 'flags and environment alone'}")
    notify(f"lake: {place(config.connection)}")
    notify(f"migrations: {config.migrations.directory}")
    notify(f"on {engines()}")


def _tell_lake(config: "Config") -> None:
    from dt_contract.redaction import redact
    from dt_lake.attach import place

    print(line(f"lake {config.connection.catalog_name} in {redact(place(config.connection))}"), flush=True)


def _tell_branch(config: "Config") -> None:
    """Nobody is to take a branch for the lake, or the lake for a branch."""
    from dt_contract.redaction import redact
    from dt_lake.attach import place

    assert config.source is not None
    print(line(f"on branch {config.branch} (of {redact(place(config.source))})"), flush=True)
