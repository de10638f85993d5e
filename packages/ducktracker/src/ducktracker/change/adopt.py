"""ducktracker adopt: drift becomes the next migration, recorded as applied in the lake that it was found in."""

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import msgspec

from dt_config.config import Config
from dt_contract.diff import DiffDocument
from dt_contract.errors import MigrationFailed, Refused
from dt_contract.history import HistoryDocument
from dt_contract.migrations import Migration, MigrationsDocument
from dt_contract.result import MigrationResult, ResultDocument
from dt_contract.script_text import read_text
from dt_diff.sql.script import LeftOver
from dt_history.commit import current_snapshot
from dt_history.ledger import ledger
from dt_history.pending import pending
from dt_history.read import read_history
from dt_history.tail import HistoryTail
from dt_lake.lake import Lake, open_lake
from dt_lake.transaction import transaction
from dt_lake.waiting import open_for_writing
from dt_scan.folder import scan
from ducktracker.change.adopted_rows import record
from ducktracker.change.drifted import Drifted, drifted, sql_of
from ducktracker.change.dump import from_nothing
from ducktracker.change.header import change_lines, header
from ducktracker.change.migration_texts import migration_texts
from ducktracker.change.proof import BY_HAND, unmade
from ducktracker.change.related import part_with, words
from ducktracker.change.repeated import Start, check_repeatable, read_repeatable
from ducktracker.change.trial_where_rows_are import try_out
from ducktracker.drift.unfinished import check_finished
from ducktracker.project.migration_files import next_paths, remove, write_files

_ADOPTED = "Adopted by ducktracker"
_ROWS = "Rows that were changed by hand are not drift, and are not in this file."


class Wish(msgspec.Struct, frozen=True):
    """What is to be adopted: a description, the changes that a pattern of `only` matches, and that no rule does."""

    text: str
    only: Sequence[str] = ()
    rules: Sequence[str] = ()
    timestamp: bool = False


class Adoption(msgspec.Struct, frozen=True):
    """The changes, the files that make them elsewhere, by path, and what these leave over."""

    diff: DiffDocument
    files: dict[Path, str] = {}
    left_over: tuple[LeftOver, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person is to know before they agree."""


Agree = Callable[[Adoption], bool]


def dry_run(config: Config, wish: Wish) -> Adoption:
    """Return what adopt would write, tried in a throw-away lake; write nothing. Raise what `adopt` does."""
    with open_lake(config) as lake:
        return _look(lake, wish).adoption


def adopt(config: Config, wish: Wish, agree: Agree) -> tuple[Adoption, ResultDocument]:
    """Write drift as migration files, and record them as applied in one transaction, once `agree` says so.

    Without drift nothing is written. Raise Refused while a versioned migration is pending, unless there is a timestamp;
    InputError if what is expected is not known, or the files do not make the changes; MigrationFailed if they fail;
    LakeBusy if somebody changed the lake meanwhile. No file is left then.
    """
    with open_for_writing(config) as lake:
        found, drift, tail, history = _look(lake, wish)
        if not found.files or not agree(found):
            return found, result(found)
        write_files(found.files)
        try:
            snapshot = record(lake, drift, history, tail, _migrations(config, found))
        except BaseException:
            remove(list(found.files))
            raise
    return found, result(found, snapshot)


def result(found: Adoption, snapshot: int | None = None) -> ResultDocument:
    """Return the document of files that were recorded in a lake snapshot, or (None) were not."""
    return ResultDocument(
        dry_run=snapshot is None,
        migrations=tuple(
            MigrationResult(
                script=path.name,
                outcome="skipped" if snapshot is None else "applied",
                lake_snapshot=snapshot,
                about="recorded as applied, without running it",
            )
            for path in found.files
        ),
    )


class _Found(NamedTuple):
    adoption: Adoption
    drift: Drifted
    tail: HistoryTail
    history: HistoryDocument


def _look(lake: Lake, wish: Wish) -> _Found:
    config = lake.config
    with transaction(lake.connection):
        seen, history = current_snapshot(lake), read_history(lake)
        check_finished(lake, history)
        notes = _pending(scan(config.migrations.directory), history, config, wish)
        drift = drifted(lake, history, wish.rules, wish.only)
    tail, generated = HistoryTail.of(history, seen), sql_of(lake, drift)
    texts = migration_texts(generated)
    paths = next_paths(
        config.migrations.directory,
        wish.text,
        len(texts),
        timestamp=wish.timestamp,
        above=ledger(history).current_version or 0,
    )
    files = _files(paths, texts, wish, drift.diff)
    if files:
        scripts = {path.name: text for path, text in files.items()}
        notes += _try(config, wish, scripts, drift, generated.left_over)
    return _Found(Adoption(drift.diff, files, generated.left_over, notes), drift, tail, history)


def _pending(migrations: MigrationsDocument, history: HistoryDocument, config: Config, wish: Wish) -> tuple[str, ...]:
    waiting = [item.script for item in pending(migrations, history, config.behavior) if item.version is not None]
    if waiting and not wish.timestamp:
        more = f", and {len(waiting) - 1} more" if len(waiting) > 1 else ""
        hint = "run `ducktracker migrate` first, or pass --timestamp"
        if _is_adopted(Path(migrations.directory, waiting[0])):
            version = waiting[0].partition("__")[0]
            hint += f"; if adopt was killed here: ducktracker mark {version} --reason 'adopted'"
        raise Refused(
            f"is pending{more}, and what is adopted would get a version above it", place=waiting[0], hint=hint
        )
    if config.behavior.out_of_order:
        return ()
    below = "is pending, and below the version of what is adopted: migrate needs behavior.out_of_order = true for it"
    return tuple(f"{script}: {below}" for script in waiting)


def _is_adopted(path: Path) -> bool:
    """Whether adopt wrote a file: it is pending elsewhere, or here if adopt was killed before it could record it."""
    comments = takewhile(lambda text: text.startswith("--"), read_text(path).split("\n"))
    return any(text.startswith(f"-- {_ADOPTED}") for text in comments)


def _try(
    config: Config, wish: Wish, scripts: dict[str, str], drift: Drifted, left_over: Sequence[LeftOver]
) -> tuple[str, ...]:
    """Run the files where there is what is expected, and see whether they make the changes; so do repeatable ones."""
    repeatable = read_repeatable(config.migrations.directory)
    names = words([*scripts.values(), *repeatable.values()], drift.diff.changes, drift.expected, drift.wanted)
    expected, wanted = part_with(drift.expected, names), part_with(drift.wanted, names)
    start = from_nothing(expected, config)
    try:
        trial = try_out(config, scripts, expected, wanted, start)
    except MigrationFailed as failed:
        failed.hint = _why_it_fails(wish)
        raise
    unmade(wanted, trial.schema, left_over)
    notes = tuple(f"{', '.join(scripts)} {note}" for note in trial.notes)
    return notes + check_repeatable(config, scripts, repeatable, Start(start, trial.filled), wanted, drift.diff)


def _why_it_fails(wish: Wish) -> str:
    if wish.only:
        return "nothing was written; it may need a change that --only leaves out"
    if wish.rules:
        return "nothing was written; it may need a change that drift.ignore leaves out"
    return BY_HAND


def _files(paths: Sequence[Path], texts: Sequence[str], wish: Wish, diff: DiffDocument) -> dict[Path, str]:
    files: dict[Path, str] = {}
    for path, text in zip(paths, texts, strict=True):
        about = _header(wish, diff) if not files else [f"{wish.text}, continued from {paths[0].name}"]
        files[path] = f"{header(about)}\n{text}"
    return files


def _header(wish: Wish, diff: DiffDocument) -> Iterator[str]:
    yield wish.text
    yield ""
    yield f"{_ADOPTED}: these changes were made by hand in a lake, in which this file counts as applied."
    yield from change_lines(diff.changes)
    yield _ROWS


def _migrations(config: Config, found: Adoption) -> list[Migration]:
    names = {path.name for path in found.files}
    return [item for item in scan(config.migrations.directory).migrations if item.script in names]
