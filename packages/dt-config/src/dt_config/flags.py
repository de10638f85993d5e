"""The flags that all commands share, before or after a subcommand; nothing here needs msgspec, so --help is quick."""

import argparse
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Flag(NamedTuple):
    """A flag, and the key of the setting that it gives; without a `metavar` it takes no value and means true."""

    name: str
    key: str
    metavar: str | None
    help: str


FLAGS = (
    Flag("--catalog", "connection.catalog_name", "NAME", "name of the catalog"),
    Flag("--backend", "connection.catalog_backend", "TYPE", "duckdb, postgres or sqlite"),
    Flag("--metadata", "connection.duckdb_metadata_path", "PATH", "DuckDB or SQLite file that holds the catalog"),
    Flag("--connection", "connection.postgres_connection", "STRING", "PostgreSQL connection string"),
    Flag(
        "--override-data-path",
        "connection.override_data_path",
        None,
        "the lake was moved: its data is in connection.data_path now",
    ),
    Flag("--secrets-dir", "connection.secret_directory", "PATH", "folder of DuckDB's persistent secrets"),
)


class Flags(NamedTuple):
    """What the command line says: the file to read, the text of each key that it sets, and the branch to go to."""

    config: str | None = None
    values: Mapping[str, str] = {}
    branch: str | None = None


def flag_of(key: str) -> str | None:
    """Return the flag of a setting that has one; --metadata takes a SQLite file too."""
    key = "connection.duckdb_metadata_path" if key == "connection.sqlite_path" else key
    return next((flag.name for flag in FLAGS if flag.key == key), None)


def add_config_flag(parser: argparse.ArgumentParser, *, default: str | None = None) -> None:
    """Add -c/--config."""
    parser.add_argument(
        "-c",
        "--config",
        metavar="FILE",
        default=default,
        help="the TOML file [ducktracker.toml, here or above]",
    )


def add_connection_flags(
    parser: argparse.ArgumentParser, *, default: str | None = None, without: Sequence[str] = ()
) -> None:
    """Add -c/--config, -b/--branch and the flag of every setting that has one, but for those in `without`.

    On a parser of a subcommand the default must be argparse.SUPPRESS, so that it does not undo what stands before it.
    """
    add_config_flag(parser, default=default)
    parser.add_argument("-b", "--branch", metavar="NAME", default=default, help="a branch instead of the lake itself")
    for flag in FLAGS:
        if flag.name in without:
            continue
        if flag.metavar is None:
            parser.add_argument(
                flag.name, dest=flag.key, action="store_const", const="true", default=default, help=flag.help
            )
        else:
            parser.add_argument(flag.name, dest=flag.key, metavar=flag.metavar, default=default, help=flag.help)


def connection_flags(namespace: argparse.Namespace) -> Flags:
    """Return what the flags of a parsed command line say."""
    given = vars(namespace)
    values = {flag.key: given[flag.key] for flag in FLAGS if given.get(flag.key) is not None}
    return Flags(config=given.get("config"), values=values, branch=given.get("branch"))
