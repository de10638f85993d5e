"""The command line of dt-config."""

import argparse
from collections.abc import Sequence

from dt_config.flags import Flags, add_config_flag, add_connection_flags, connection_flags
from dt_contract.boundary import run
from dt_contract.flags import Parser

_EXAMPLES = """
examples:
  dt-config                                     every setting, its value and where it comes from
  dt-config get migrations.directory            one value
  dt-config set connection.catalog_name sales   edits ducktracker.toml and keeps its comments
  dt-config -c prod/ducktracker.toml            of another file
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run dt-config and return its exit code."""
    return run("dt-config", _command, argv)


def _command(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)
    flags = connection_flags(arguments)
    match arguments.command:
        case "get":
            _get(flags, arguments.key, reveal=arguments.reveal)
        case "set":
            _set(flags, arguments.key, arguments.value)
        case _:
            _show(flags, reveal=arguments.reveal)
    return 0


def _parser() -> Parser:
    parser = Parser(
        "dt-config", examples=_EXAMPLES, document="config", description="The resolved settings, with their origins."
    )
    _add_flags(parser, default=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    get = commands.add_parser(
        "get", versioned=False, help="print one value", description="Prints the value of one setting."
    )
    get.add_argument("key", metavar="KEY")
    put = commands.add_parser(
        "set", versioned=False, help="change one value in the file", description="Edits the TOML file."
    )
    put.add_argument("key", metavar="KEY")
    put.add_argument("value", metavar="VALUE", help="lists are comma-separated; paths are written as given")
    _add_flags(get, default=argparse.SUPPRESS)
    add_config_flag(put, default=argparse.SUPPRESS)
    return parser


def _add_flags(parser: argparse.ArgumentParser, *, default: str | None) -> None:
    add_connection_flags(parser, default=default)
    parser.add_argument(
        "--reveal", action="store_true", default=default or False, help="print passwords instead of ***"
    )


def _show(flags: Flags, *, reveal: bool) -> None:
    from dt_config.show import resolve_document
    from dt_contract.streams import write_document

    write_document(resolve_document(flags, reveal=reveal))


def _get(flags: Flags, name: str, *, reveal: bool) -> None:
    from dt_config.keys import key_named
    from dt_config.show import resolve_document, value_text
    from dt_contract.streams import write
    from dt_contract.terminal import escaped

    key = key_named(name)
    document = resolve_document(flags, reveal=reveal)
    write(f"{escaped(value_text(document, key))}\n".encode())


def _set(flags: Flags, name: str, text: str) -> None:
    from dt_config.edit import set_setting

    set_setting(flags.config, name, text)
