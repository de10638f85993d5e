"""ducktracker squash: one file in the place of all migrations up to a version, for lakes that are yet to come."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec.structs import replace

from dt_config.config import Config
from dt_contract.errors import InputError, LakeError, MigrationFailed, Refused
from dt_contract.migrations import Migration, MigrationsDocument
from dt_contract.schema import SchemaDocument
from dt_diff.names import full_name
from dt_diff.sql.names import Home
from dt_diff.sql.text import script_text
from dt_history.assess import check_faults
from dt_history.ledger import ledger
from dt_history.read import history_of
from dt_lake.temporary_folder import temporary_folder
from dt_scan.content import to_migration
from dt_scan.folder import scan
from dt_scan.name import Name, parse_name
from dt_snapshot.reader import read_schema
from ducktracker.change.dump import from_nothing
from ducktracker.change.header import header
from ducktracker.change.kept_rows import TableRows, inserts, read_rows, same_rows
from ducktracker.change.proof import unmade
from ducktracker.compare.replay import replayed
from ducktracker.project.migration_files import write_files
from ducktracker.project.scaffold import beneath_here, slug

MOST_ROWS = 1000
"""More of them, all tables together, are data to load, and not a part of the schema."""

_FAILS = "nothing was written; a new lake can't run this file either, so fix it, then `ducktracker repair`"
_UNUSABLE = (
    "nothing was written; a view or macro of what was dropped later can't be created: "
    "drop it in a migration, or squash up to a lower version"
)
_OPTION = "CALL set_option("


class Wish(msgspec.Struct, frozen=True):
    """What is to be squashed: all up to a version; `keeps` leaves its files there, `drops_rows` the rows out."""

    target: int
    text: str = "squashed"
    keeps: bool = False
    drops_rows: bool = False


class Squash(msgspec.Struct, frozen=True):
    """The files to write, the B file first; those that it stands for; and what is to be removed, U files too."""

    files: dict[Path, str]
    stands_for: tuple[str, ...]
    removed: tuple[Path, ...]
    rows: dict[str, int] = {}
    """How many rows the migrations write, by table; they are in the file unless they are to be left out."""

    @property
    def path(self) -> Path:
        """The B file."""
        return next(iter(self.files))


class _Made(msgspec.Struct, frozen=True):
    """What migrations make of a new lake."""

    schema: SchemaDocument
    rows: list[TableRows]


def squashed(config: Config, wish: Wish) -> Squash:
    """Return what squash would do, proven in throw-away lakes: the file makes what the migrations make, rows too.

    Raise InputError for a version that no file has, and Refused for what one file can't hold; MigrationFailed if one
    of the migrations fails in a new lake.
    """
    migrations = scan(config.migrations.directory)
    check_faults(migrations)
    taken = _taken(migrations, wish.target)
    if not wish.keeps:
        _check_lake(config, wish.target)
    folder = beneath_here(config.migrations.directory)
    made = _made(config, {item.script: Path(migrations.directory, item.script).read_bytes() for item in taken}, _FAILS)
    rows = {full_name(item.table.schema, item.table.name): len(item.rows) for item in made.rows}
    if not wish.drops_rows:
        _check_rows(rows, wish)
    made = replace(made, rows=[]) if wish.drops_rows else made
    texts = _texts(config, migrations, made, wish)
    texts[0] = f"{header(_header(wish, taken, rows))}\n{texts[0]}"
    files = {folder / f"{_name(wish, number)}__{slug(wish.text)}.sql": text for number, text in enumerate(texts)}
    again = _made(config, {path.name: text.encode() for path, text in files.items()}, _UNUSABLE)
    unmade(made.schema, again.schema, ())
    if not same_rows(again.rows, made.rows):
        raise Refused("the rows that the migrations write can't be written as SQL", hint="squash with --without-rows")
    undo = [item for item in migrations.undo if (item.version or 0) <= wish.target]
    removed = () if wish.keeps else tuple(folder / item.script for item in (*taken, *undo))
    return Squash(files, tuple(item.script for item in taken), removed, rows)


def squash(config: Config, wish: Wish, agree: Callable[[Squash], bool]) -> Squash | None:
    """Write the file, and remove those that it stands for, once `agree` says so; else return None."""
    found = squashed(config, wish)
    if not agree(found):
        return None
    write_files(found.files)
    for path in found.removed:
        _remove(path)
    return found


def document(found: Squash) -> MigrationsDocument:
    """Return the document of a folder that holds nothing but the files to write."""
    named = ((path.name, parse_name(path.name), text) for path, text in found.files.items())
    made = (to_migration(script, name, text.encode()) for script, name, text in named if isinstance(name, Name))
    migrations = tuple(item for item in made if isinstance(item, Migration))
    return MigrationsDocument(directory=str(found.path.parent), migrations=migrations)


def _taken(migrations: MigrationsDocument, target: int) -> list[Migration]:
    versions = [item.version or 0 for item in migrations.migrations if item.type == "versioned"]
    if target not in versions:
        highest = f"; the highest is {max(versions)}" if versions else ""
        raise InputError(f"no migration has the version {target}{highest}")
    for item in migrations.migrations:
        if item.type == "squashed" and item.version == target:
            raise InputError("stands for these versions already; nothing was written", place=item.script)
    return [item for item in migrations.migrations if item.version is not None and item.version <= target]


def _check_lake(config: Config, target: int) -> None:
    """Refuse to take the files away that the lake needs next; where it can't be reached, nobody knows."""
    with suppress(LakeError):
        current = ledger(history_of(config)).current_version
        if current is not None and current < target:
            raise Refused(
                f"the lake is at version {current}, and still needs files that squash would remove",
                hint="run `ducktracker migrate` first, or squash with --keep",
            )


def _made(config: Config, texts: dict[str, bytes], hint: str) -> _Made:
    """Return what files make of a new lake; of the rows of a table, one more than may be kept."""
    with temporary_folder() as folder:
        for script, text in texts.items():
            (folder / script).write_bytes(text)
        there = replace(config.migrations, directory=str(folder))
        try:
            with replayed(replace(config, migrations=there)) as lake:
                schema = read_schema(lake)
                return _Made(schema, read_rows(lake, schema, MOST_ROWS + 1))
        except MigrationFailed as failed:
            failed.hint = hint
            raise


def _check_rows(rows: dict[str, int], wish: Wish) -> None:
    if sum(rows.values()) > MOST_ROWS:
        most = max(rows, key=lambda table: rows[table])
        raise Refused(
            f"the migrations up to V{wish.target} write more than {MOST_ROWS} rows, most of them into {most}",
            hint="load them by another way in new lakes, and squash with --without-rows",
        )


def _texts(config: Config, migrations: MigrationsDocument, made: _Made, wish: Wish) -> list[str]:
    """Return the text of the B file, and of migrations that set the options of what it makes.

    DuckLake can't set those in the same transaction. Where they are set already, setting them again changes nothing,
    unless a later migration has set them otherwise.
    """
    generated = from_nothing(made.schema, config)
    for left in generated.left_over:
        raise Refused(f"no SQL makes the {left.kind} of {left.name}: {left.why}")
    first, *others = generated.parts or ((),)
    highest = max(item.version or 0 for item in migrations.migrations)
    if others and (highest > wish.target or not all(item.sql.startswith(_OPTION) for part in others for item in part)):
        raise Refused(
            f"what the migrations up to V{wish.target} make takes more than one transaction, as "
            f"{others[0][0].sql} does",
            hint=f"squash up to V{highest}, the last one" if highest > wish.target else "squash up to a lower version",
        )
    data = inserts(made.rows, Home(config.migrations.target_schema, config.connection.catalog_name))
    return [script_text((*first, *data)), *map(script_text, others)]


def _name(wish: Wish, number: int) -> str:
    return f"B{wish.target}" if number == 0 else f"V{wish.target + number}"


def _header(wish: Wish, taken: Sequence[Migration], rows: dict[str, int]) -> list[str]:
    files = f"{taken[0].script} to {taken[-1].script}" if len(taken) > 1 else taken[0].script
    lines = [
        f"Squashed by ducktracker: {files}.",
        f"Only a new lake runs this file; one at version {wish.target} or above ignores it.",
    ]
    if rows and wish.drops_rows:
        lines.append(f"Left out: the rows that they write into {', '.join(rows)}.")
    elif rows:
        lines.append("Rows are as they were written when it was squashed; a default such as now() is a value here.")
    return lines


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"can't be removed: {error.strerror}", place=str(path), hint="remove it by hand") from None
