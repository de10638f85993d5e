"""ducktracker init: make a project."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dt_config.flags import FLAGS, connection_flags, flag_of
from dt_contract.errors import InputError
from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_contract.terminal import line
from ducktracker.cli.arguments import Commands, add_command
from ducktracker.cli.backends import one_of, unknown_backend
from ducktracker.cli.context import advise, tell

_BACKEND = "connection.catalog_backend"


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "create ducktracker.toml, migrations/, .gitignore and README.md"
    init = add_command(commands, "init", about, document="config", connects=False)
    init.add_argument("folder", nargs="?", default=".", metavar="DIR", help="a folder that exists [.]")
    kinds = "ducklake-duckdb, ducklake-postgres or ducklake-sqlite"
    init.add_argument("--backend", dest="kind", metavar="BACKEND", help=kinds)
    init.add_argument("--from-lake", action="store_true", help="write the schema of an existing lake as migrations")
    init.add_argument("--split", action="store_true", help="with --from-lake, one migration for each schema")
    for flag in FLAGS:
        if flag.key != _BACKEND and flag.metavar:
            which = f"with --from-lake, the lake: {flag.help}"
            init.add_argument(flag.name, dest=flag.key, metavar=flag.metavar, default=argparse.SUPPRESS, help=which)
    return init


def run(arguments: argparse.Namespace) -> int:
    """Write the files, and name them."""
    if arguments.from_lake:
        return _from_lake(arguments)
    if arguments.split:
        raise InputError("argument --split: needs --from-lake")
    from ducktracker.project.scaffold import BACKENDS, init

    _refuse_connection_flags(arguments)
    backend = arguments.kind or _ask_backend(BACKENDS)
    if backend not in BACKENDS:
        raise unknown_backend(backend, BACKENDS)
    return _show(arguments, init(Path(arguments.folder), backend))


def _from_lake(arguments: argparse.Namespace) -> int:
    from ducktracker.change.from_lake import init_from_lake
    from ducktracker.change.lake_settings import LakeSettings

    given = connection_flags(arguments)
    if given.config or given.branch:
        raise InputError(f"argument {'--config' if given.config else '--branch'}: not allowed with --from-lake")
    kind = {_BACKEND: arguments.kind.removeprefix("ducklake-")} if arguments.kind else {}
    settings, folder = LakeSettings({**given.values, **kind}), Path(arguments.folder)
    backend = f"ducklake-{settings.config.connection.catalog_backend}"
    made = init_from_lake(
        folder,
        settings.config,
        backend,
        lambda text: settings.written(text, folder),
        by_schema=arguments.split,
    )
    code = _show(arguments, made.paths)
    if not arguments.json:
        tell(arguments, f"the files make this schema, with no difference; the lake is baselined at V{made.version}")
    return code


def _show(arguments: argparse.Namespace, made: Sequence[Path]) -> int:
    if arguments.json:
        from dt_config.flags import Flags
        from dt_config.show import resolve_document
        from dt_contract.streams import write_document

        write_document(resolve_document(Flags(config=str(made[0])), environ={}))
        return Exit.DONE
    for path in made:
        print(line(f"created {path}{'/' if path.is_dir() else ''}"))
    if not arguments.from_lake:
        advise(arguments, 'ducktracker create "what it does"')
    return Exit.DONE


def _refuse_connection_flags(arguments: argparse.Namespace) -> None:
    """They would be dropped: without --from-lake `init` writes a project, and reaches no lake."""
    given = connection_flags(arguments)
    names = [*(["--config"] if given.config else []), *(flag_of(key) or key for key in given.values)]
    if names:
        raise InputError(
            f"argument {names[0]}: not allowed with init unless --from-lake is given",
            hint="ducktracker init [DIR] --backend ducklake-duckdb, then edit ducktracker.toml",
        )


def _ask_backend(backends: Sequence[str]) -> str:
    if sys.stdin and sys.stdin.isatty():
        print(f"Backend ({one_of(backends)}) [{backends[0]}]: ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        if answer:
            return answer.strip() or backends[0]
    raise InputError(f"argument --backend: choose {one_of(backends)}", hint="ducktracker init --help")
