"""Runs migrations in a lake of their own, a throw-away one or a copy, where they change nothing else."""

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.errors import InputError
from dt_contract.identifiers import fold
from dt_history.pending import pending
from dt_history.read import read_history
from dt_lake.attach import place
from dt_lake.errors import translated
from dt_lake.sandbox import MAY_SET, connect_sandboxed
from dt_lint.load import load
from dt_lint.script.classify import is_harmless_pragma
from dt_lint.script.reach import reaches_beyond
from dt_lint.script.statements import Script, Statement
from dt_scan.folder import scan
from ducktracker.migrate.migrate_options import MigrateOptions
from ducktracker.migrate.progress import Silent
from ducktracker.migrate.run import MigrationRun, Run
from ducktracker.migrate.session import Session

_MAY_SET = frozenset(map(fold, (*MAY_SET, "time")))


def migrate_apart(config: Config, options: MigrateOptions = MigrateOptions()) -> Run:  # noqa: B008 - it is frozen
    """Apply what is pending in a lake that is there, in a DuckDB file. Other files and databases may be read at most.

    A setting that says nothing of what SQL means is left alone. Raises InputError, before anything runs, for a
    statement that would change something else, and what migrate does.
    """
    migrations = scan(config.migrations.directory)
    Path(config.connection.data_path).mkdir(exist_ok=True)
    texts = (Path(migrations.directory, item.script).read_bytes() for item in migrations.migrations)
    is_remote = any(b"://" in text for text in texts)
    sandbox = partial(connect_sandboxed, config, (), needs_httpfs=is_remote, allow_external=True)
    with (
        translated(place(config.connection)),
        closing(Session(config, lock_timeout=0, notify=lambda _: None, sandbox=sandbox)) as session,
    ):
        session.open()
        waiting = pending(migrations, read_history(session.lake), config.behavior, options.target)
        scripts = _checked(load(session.connection, config, waiting))
        return MigrationRun(session, config, migrations, options, Silent()).run(None, scripts)


def _checked(scripts: Sequence[Script]) -> list[Script]:
    for script in scripts:
        for statement in script.statements:
            reason = reaches_beyond(statement)
            if reason:
                raise InputError(
                    f"{reason}, and is not run where migrations are only tried",
                    place=f"{script.name}:{statement.line}",
                    hint="put it into a script of its own, which is no migration",
                )
    return [replace(script, statements=tuple(filter(_says_something, script.statements))) for script in scripts]


def _says_something(statement: Statement) -> bool:
    effect = statement.effect
    if effect.action == "pragma":
        return is_harmless_pragma(statement)
    return effect.action != "set" or not effect.path or effect.path[-1] in _MAY_SET
