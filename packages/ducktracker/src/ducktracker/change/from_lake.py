"""ducktracker init --from-lake: a project for a lake that has a schema and no history."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from dt_config.config import Config
from dt_config.flags import Flags
from dt_config.resolve import resolve
from dt_contract.errors import InputError, MigrationFailed, Refused, Stop
from dt_contract.schema import SchemaDocument
from dt_contract.script_text import read_text
from dt_diff.sql.script import Generated, LeftOver, Part
from dt_diff.sql.text import script_text
from dt_history.read import read_history
from dt_lake.attach import place
from dt_lake.lake import open_lake
from dt_snapshot.reader import read_schema
from ducktracker.change.dump import from_nothing
from ducktracker.change.header import header
from ducktracker.change.proof import unmade
from ducktracker.change.split import split
from ducktracker.change.trial import tried
from ducktracker.history.baseline import baseline
from ducktracker.project.migration_files import remove, write_files
from ducktracker.project.scaffold import init, refuse_taken, slug

_ONE = "schema"
"""What the only file is about, or each of several that are needed for one schema."""

_BY_HAND = (
    "drop a view or macro that the lake itself can't use; "
    "or write the project by hand: `ducktracker init`, then `ducktracker baseline`"
)


class Project(NamedTuple):
    """The paths that were made, and the version that the lake is at now."""

    paths: list[Path]
    version: int


def init_from_lake(
    folder: Path, config: Config, backend: str, edit: Callable[[str], str], *, by_schema: bool = False
) -> Project:
    """Make a project whose migrations make the schema of a lake, and record in the lake that they are applied.

    `by_schema` is one file for each schema.
    `edit` makes the settings of this lake of those that a new project has. The files are tried first in a throw-away
    lake. Raise InputError if they don't make the schema, or if a file is in the way, and Refused for a lake with a
    history; nothing is left in the folder then. The lake gets a baseline, and nothing else.
    """
    try:
        refuse_taken(folder)
    except InputError as taken:
        taken.hint = taken.hint or _way_on(folder / "migrations", config, by_schema=by_schema)
        raise
    found = _migrations(config, by_schema=by_schema)
    texts, files = found.texts, {folder / "migrations" / script: text for script, text in found.texts.items()}
    try:
        unmade(found.schema, tried(config, texts, after=Generated()), found.left_over)
    except (InputError, MigrationFailed) as failed:
        failed.hint = _BY_HAND
        raise
    made = init(folder, backend, edit)
    try:
        write_files(files)
        # The new file is read, so that a project is left only with settings that reach the lake.
        baseline(resolve(Flags(config=str(made[0]))), len(files), "the schema that the lake had")
    except BaseException:
        remove(list(files))
        _undo(made)
        raise
    return Project([*made, *files], len(files))


class _Migrations(NamedTuple):
    """The texts of the migrations by script, the schema that they are to make, and what no SQL makes."""

    texts: dict[str, str]
    schema: SchemaDocument
    left_over: Sequence[LeftOver]


def _migrations(config: Config, *, by_schema: bool) -> _Migrations:
    schema = _schema(config)
    generated = from_nothing(schema, config)
    parts = split(schema, config) if by_schema else [(_ONE, part) for part in generated.parts]
    scripts = _scripts([about for about, _ in parts])
    texts = dict(zip(scripts, (_text(part) for _, part in parts), strict=True))
    return _Migrations(texts, schema, generated.left_over)


def _way_on(folder: Path, config: Config, *, by_schema: bool) -> str | None:
    """What to do with the files of a run that was killed before the lake got its baseline; None if they are others."""
    with suppress(Stop, OSError):
        there = {path.name: read_text(path) for path in folder.iterdir()}
        wanted = _migrations(config, by_schema=by_schema).texts
        if there == wanted:
            return f"`ducktracker baseline -v {len(wanted)}` there finishes an init that was interrupted"
        if there and there.items() <= wanted.items():
            return "an init that was interrupted left them: remove them, and run it again"
    return None


def _schema(config: Config) -> SchemaDocument:
    with open_lake(config) as lake:
        history = read_history(lake)
        if history.rows or history.others:
            where = history.table if history.rows else ".".join((history.others[0].schema, history.others[0].table))
            raise Refused(
                f"this lake has a history already, in {where}",
                place=place(config.connection),
                hint="`ducktracker init` makes a project without migrations; then copy those that were applied",
            )
        return read_schema(lake)


def _scripts(abouts: Sequence[str]) -> Iterator[str]:
    for at, about in enumerate(abouts):
        before = abouts[:at].count(about)
        yield f"V{at + 1}__{_words(about)}{f'_{before + 1}' if before else ''}.sql"


def _words(about: str) -> str:
    try:
        return slug(about)
    except InputError:
        return _ONE


def _text(part: Part) -> str:
    about = "The schema that the lake had when it came under version control; generated by ducktracker."
    return f"{header([about])}\n{script_text(part)}"


def _undo(made: list[Path]) -> None:
    for path in reversed(made):
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()
