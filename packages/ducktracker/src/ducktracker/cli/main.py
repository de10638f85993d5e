"""ducktracker: the umbrella over the small commands."""

import argparse
import io
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from dt_contract.boundary import end, run
from dt_contract.errors import InputError
from dt_contract.exits import Exit
from dt_contract.terminal import line
from ducktracker.cli.parser import parser

if TYPE_CHECKING:
    from dt_config.config import Config
    from dt_diff.formats import Format
    from ducktracker.migrate.migrate_options import Options


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ducktracker and gives its exit code."""
    return run("ducktracker", _command, argv)


def program() -> NoReturn:
    """Is what the installed command calls."""
    end(main())


def _command(argv: Sequence[str]) -> int:
    arguments = parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A migration's description may hold any letters, and a terminal's encoding need not.
        sys.stdout.reconfigure(errors="backslashreplace")
    match arguments.command:
        case "init":
            _refuse_connection_flags(arguments)
            return _init(arguments.folder, arguments.kind, as_json=arguments.json)
        case "create":
            return _create(arguments)
        case "diff":
            return _diff(arguments)
        case "branch":
            return _branch(arguments)
        case _:
            return _reaching_a_lake(arguments)


def _reaching_a_lake(arguments: argparse.Namespace) -> int:
    from dt_config.flags import connection_flags
    from dt_config.resolve import resolve
    from ducktracker.cli import commands

    config, as_json = resolve(connection_flags(arguments)), arguments.json
    _tell_branch(config, as_text=not as_json and getattr(arguments, "format", None) in (None, "text"))
    match arguments.command:
        case "migrate" if arguments.dry_run:
            return commands.dry_run(config, _migrate_options(arguments), as_json=as_json)
        case "migrate":
            return commands.migrate(config, _migrate_options(arguments), as_json=as_json)
        case "plan":
            return _plan(arguments, config)
        case "info":
            return commands.info(config, exit_code=arguments.exit_code, as_json=as_json)
        case "validate":
            return commands.validate(config, _format(arguments), strict=arguments.strict, files=arguments.files)
        case "drift":
            return _drift(arguments, config)
        case "log":
            return commands.log(
                config, arguments.number, arguments.table, out_of_band=arguments.out_of_band, as_json=as_json
            )
        case "repair":
            return commands.repair(config, dry_run=arguments.dry_run, yes=arguments.yes, as_json=as_json)
        case "baseline":
            return commands.baseline(
                config,
                arguments.version,
                arguments.description,
                new_history=arguments.new_history,
                as_json=as_json,
            )
        case command:
            raise AssertionError(command)


def _tell_branch(config: "Config", *, as_text: bool) -> None:
    """Nobody is to take a branch for the lake, or the lake for a branch."""
    if config.source is None or not as_text:
        return
    from dt_contract.redaction import redact
    from dt_lake.attach import place

    print(line(f"on branch {config.branch} (of {redact(place(config.source))})"), flush=True)


def _migrate_options(arguments: argparse.Namespace) -> "Options":
    from ducktracker.migrate.migrate_options import Options

    return Options(
        target=arguments.target,
        mode=arguments.transaction,
        plan=arguments.plan,
        allow=tuple(arguments.allow),
        patience=arguments.lock_timeout,
        new_history=arguments.new_history,
    )


def _plan(arguments: argparse.Namespace, config: "Config") -> int:
    from ducktracker.cli import commands
    from ducktracker.plan.plan import PlanOptions

    is_public = arguments.format in ("github", "markdown")
    if arguments.show_values and is_public:
        raise InputError(f"argument --show-values: not allowed with --format {arguments.format}")
    options = PlanOptions(
        target=arguments.target,
        mode="each" if arguments.each else arguments.transaction,
        rows=arguments.rows,
        allow_external=arguments.allow_external,
        show_values=arguments.show_values,
        hide_values=is_public,
        new_history=arguments.new_history,
    )
    return commands.plan(
        config,
        options,
        "json" if arguments.json else arguments.format or "text",
        out=arguments.out,
        exit_code=arguments.exit_code,
        each=arguments.each,
    )


def _refuse_connection_flags(arguments: argparse.Namespace) -> None:
    """They would be dropped: `init` writes a project, and reaches no lake."""
    from dt_config.flags import connection_flags, flag_of

    given = connection_flags(arguments)
    names = [*(["--config"] if given.config else []), *(flag_of(key) or key for key in given.values)]
    if names:
        raise InputError(
            f"argument {names[0]}: not allowed before init",
            hint="ducktracker init [DIR] --backend ducklake-duckdb, then edit ducktracker.toml",
        )


def _init(folder: str, backend: str | None, *, as_json: bool) -> int:
    from pathlib import Path

    from ducktracker.project.scaffold import BACKENDS, init

    if backend is None:
        backend = _ask_backend(BACKENDS)
    if backend not in BACKENDS:
        raise InputError(f"argument --backend: {backend!r} is none of {', '.join(BACKENDS)}")
    made = init(Path(folder), backend)
    if as_json:
        from dt_config.flags import Flags
        from dt_config.show import resolve_document
        from dt_contract.streams import write_document

        write_document(resolve_document(Flags(config=str(made[0])), environ={}))
    else:
        for path in made:
            print(line(f"made {path}{'/' if path.is_dir() else ''}"))
    return Exit.DONE


def _ask_backend(backends: Sequence[str]) -> str:
    if sys.stdin and sys.stdin.isatty():
        print(f"Backend ({' or '.join(backends)}) [{backends[0]}]: ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        if answer:
            return answer.strip() or backends[0]
    raise InputError(f"argument --backend: one of {', '.join(backends)} is needed", hint="ducktracker init --help")


def _create(arguments: argparse.Namespace) -> int:
    import shlex

    from dt_config.flags import connection_flags
    from dt_config.resolve import resolve
    from ducktracker.project.scaffold import create

    if len(arguments.text) > 1:
        quoted = shlex.quote(" ".join(arguments.text))
        raise InputError("the description is several words without quotes", hint=f"ducktracker create {quoted}")
    directory = resolve(connection_flags(arguments), reaches_lake=False).migrations.directory
    path = create(directory, arguments.text[0], repeatable=arguments.repeatable, timestamp=arguments.timestamp)
    if arguments.json:
        from dt_contract.streams import write_document
        from ducktracker.project.scaffold import describe

        write_document(describe(path))
    else:
        print(line(str(path)))
    return Exit.DONE


def _drift(arguments: argparse.Namespace, config: "Config") -> int:
    from ducktracker.cli import commands

    if arguments.accept is not None and not arguments.accept.strip():
        raise InputError("argument --accept: say why")
    if arguments.accept is not None and arguments.against:
        raise InputError("argument --accept: not allowed with argument --against")
    if arguments.accept is not None and arguments.since_migration:
        raise InputError("argument --accept: not allowed with argument --since-migration")
    if arguments.against and arguments.since_migration:
        raise InputError("argument --against: not allowed with argument --since-migration")
    if arguments.only and arguments.accept is None:
        raise InputError("argument --only: needs --accept")
    ignored = (*config.drift.ignore, *arguments.ignore)
    if arguments.accept is not None:
        return commands.accept(config, arguments.accept, ignored, arguments.only, _format(arguments))
    return commands.drift(
        config,
        ignored,
        _format(arguments),
        against=arguments.against,
        since_migration=arguments.since_migration,
    )


def _branch(arguments: argparse.Namespace) -> int:
    from dt_config.flags import connection_flags
    from dt_config.resolve import resolve
    from ducktracker.cli import branch_commands

    config = resolve(connection_flags(arguments))
    match arguments.action:
        case "create":
            return branch_commands.create(
                config,
                arguments.name,
                arguments.at,
                in_catalog=arguments.in_catalog,
                data_path=arguments.new_files,
                patience=arguments.lock_timeout,
                as_json=arguments.json,
            )
        case "list":
            return branch_commands.listed(config, as_json=arguments.json)
        case _:
            return branch_commands.drop(config, arguments.name, patience=arguments.lock_timeout)


def _diff(arguments: argparse.Namespace) -> int:
    from ducktracker.compare.diff import diff
    from ducktracker.terminal.findings import show

    def config() -> "Config":
        from dt_config.flags import connection_flags
        from dt_config.resolve import resolve

        return resolve(connection_flags(arguments))

    return show(diff(arguments.expected, arguments.actual, config), _format(arguments))


def _format(arguments: argparse.Namespace) -> "Format":
    chosen: Format = "json" if arguments.json else arguments.format or "text"
    return chosen
