"""ducktracker: the umbrella over the small commands."""

import argparse
import sys
from collections.abc import Sequence

from dt_contract.boundary import run
from dt_contract.errors import InputError
from dt_contract.exits import Exit
from ducktracker.parser import parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ducktracker and gives its exit code."""
    return run("ducktracker", _command, argv)


def _command(argv: Sequence[str]) -> int:
    arguments = parser().parse_args(argv)
    match arguments.command:
        case "init":
            return _init(arguments.folder, arguments.kind)
        case "create":
            return _create(arguments)
        case "diff":
            return _diff(arguments.expected, arguments.actual, as_json=arguments.json)
        case _:
            return _reaching_a_lake(arguments)


def _reaching_a_lake(arguments: argparse.Namespace) -> int:
    from dt_config.flags import connection_flags
    from dt_config.resolve import resolve
    from ducktracker import commands

    config, as_json = resolve(connection_flags(arguments)), arguments.json
    match arguments.command:
        case "migrate" if arguments.dry_run:
            return commands.dry_run(config, arguments.target, as_json=as_json)
        case "migrate":
            return commands.migrate(config, arguments.target, arguments.lock_timeout, as_json=as_json)
        case "info":
            return commands.info(config, exit_code=arguments.exit_code, as_json=as_json)
        case "validate":
            return commands.validate(config, as_json=as_json)
        case "drift":
            return commands.drift(config, as_json=as_json)
        case "baseline":
            return commands.baseline(config, arguments.version, arguments.description, as_json=as_json)
        case command:
            raise AssertionError(command)


def _init(folder: str, backend: str | None) -> int:
    from pathlib import Path

    from ducktracker.scaffold import BACKENDS, init

    if backend is None:
        backend = _ask_backend(BACKENDS)
    if backend not in BACKENDS:
        raise InputError(f"argument --backend: {backend!r} is none of {', '.join(BACKENDS)}")
    for path in init(Path(folder), backend):
        print(f"made {path}{'/' if path.is_dir() else ''}")
    return Exit.DONE


def _ask_backend(backends: Sequence[str]) -> str:
    if not (sys.stdin and sys.stdin.isatty()):
        raise InputError(f"argument --backend: one of {', '.join(backends)} is needed", hint="ducktracker init --help")
    answer = input(f"Backend ({' or '.join(backends)}): ").strip()
    return answer or backends[0]


def _create(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from dt_config.flags import connection_flags
    from dt_config.resolve import resolve
    from dt_scan import scan
    from ducktracker.scaffold import create

    directory = Path(resolve(connection_flags(arguments), reaches_lake=False).migrations.directory)
    migrations = scan(str(directory)) if directory.exists() else None
    options = {"repeatable": arguments.repeatable, "timestamp": arguments.timestamp}
    path = create(directory, migrations, arguments.text, **options)
    print(f"made {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
    return Exit.DONE


def _diff(expected: str, actual: str, *, as_json: bool) -> int:
    from ducktracker.diff import diff
    from ducktracker.findings import show

    return show(diff(expected, actual), as_json=as_json)
