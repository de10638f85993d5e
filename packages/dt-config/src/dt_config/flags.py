"""The flags that all commands share, before or after a subcommand."""

import argparse

from dt_config.keys import KEYS
from dt_config.resolve import Flags


def add_config_flag(parser: argparse.ArgumentParser, *, default: str | None = None) -> None:
    """Adds -c/--config."""
    parser.add_argument("-c", "--config", metavar="FILE", default=default, help="the TOML file [./ducktracker.toml]")


def add_connection_flags(parser: argparse.ArgumentParser, *, default: str | None = None) -> None:
    """Adds -c/--config and the flag of every setting that has one.

    On a parser of a subcommand the default must be argparse.SUPPRESS, so that it does not undo what stands before it.
    """
    add_config_flag(parser, default=default)
    for key in KEYS:
        if key.about.flag:
            parser.add_argument(
                key.about.flag, dest=key.name, metavar=key.about.metavar, default=default, help=key.about.help
            )


def connection_flags(namespace: argparse.Namespace) -> Flags:
    """Gives what the flags of a parsed command line say."""
    given = vars(namespace)
    values = {key.name: given[key.name] for key in KEYS if given.get(key.name) is not None}
    return Flags(config=given.get("config"), values=values)
