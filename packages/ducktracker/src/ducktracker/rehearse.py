"""Runs migrations in one transaction on the lake, looks at what they do, and rolls everything back."""

from collections.abc import Sequence
from contextlib import closing, suppress

import duckdb
import msgspec

from dt_contract.diff import Change, DiffDocument
from dt_contract.errors import Stop
from dt_contract.hazards import Hazard
from dt_contract.plan import PlanFailure, PlannedHazard, PlannedMigration, PlannedStatement
from dt_contract.redaction import redact
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from dt_diff.names import full_name
from dt_history.table import make_schema
from dt_lake.lake import Lake
from dt_lake.sql import name
from dt_lake.transaction import rehearsal
from dt_snapshot.uncommitted import read_uncommitted
from ducktracker.broken_views import look_at_views, newly_broken
from ducktracker.corrupts import CorruptsLake
from ducktracker.effect import SETS_KEYS
from ducktracker.guards import Watch
from ducktracker.identity import carry, first, of_the_same, with_metadata
from ducktracker.limits import Touched, limit_of_rehearsal
from ducktracker.rehearsed import why_not
from ducktracker.statements import Script, Statement, first_line

_TELLING = {"alter_type", "drop", "drop_column", "rename", "rename_column", "other"} | SETS_KEYS
"""After these, names alone do not say who is who, or something may be lost."""


class Rehearsed(msgspec.Struct, frozen=True):
    """What the migrations would do."""

    migrations: tuple[PlannedMigration, ...]
    diff: DiffDocument
    hazards: tuple[PlannedHazard, ...]
    failure: PlanFailure | None
    complete: bool


def rehearse(lake: Lake, scripts: Sequence[Script], live: SchemaDocument) -> Rehearsed:
    """Rehearses the scripts; `live` is the schema that they find.

    Nothing is left behind: the lake must be attached so that rows stay in the transaction, and not in files.
    """
    session = lake.session()
    with closing(session.connection), rehearsal(session.connection):
        stage = _Stage(session, live, scripts)
        for script in scripts:
            if not stage.run(script):
                break
        return stage.result(scripts)


class _Seen(msgspec.Struct, frozen=True):
    """The changes that one statement made, and those of them that touch what was there before the rehearsal."""

    script: Script
    statement: Statement
    changes: tuple[Change, ...]
    losses: tuple[Change, ...]


def _seen(
    script: Script, statement: Statement, before: SchemaDocument, after: SchemaDocument, base: SchemaDocument
) -> _Seen:
    changes = compare(before, after, expected_name="", actual_name="").changes
    losses: tuple[Change, ...] = ()
    if any(change.hazards for change in changes):
        losses = compare(of_the_same(before, base), after, expected_name="", actual_name="").changes
    return _Seen(script, statement, changes, losses)


class _Stage:
    """The open transaction, and what was seen in it so far."""

    def __init__(self, lake: Lake, live: SchemaDocument, scripts: Sequence[Script]) -> None:
        self._lake = lake
        self._views = look_at_views(lake)
        self._base = self._reading = with_metadata(first(read_uncommitted(lake)), live)
        make_schema(lake)
        self._is_read = False
        self._is_over = False
        self._has_left_out = False
        self._touched = Touched(scripts)
        self._watch = Watch(lake, scripts)
        self._has_altered = False
        self._migrations: list[PlannedMigration] = []
        self._seen: list[_Seen] = []
        self._failure: PlanFailure | None = None

    def run(self, script: Script) -> bool:
        """Runs one script; gives whether the next one is to be run too."""
        if not self._is_over:
            schema = self._lake.config.migrations.target_schema
            self._lake.connection.execute(f"USE {name(self._lake.catalog, schema)}")
        self._has_altered = False
        self._touched.begin()
        planned = []
        for statement in script.statements:
            reason = "the rehearsal ended before it" if self._is_over else self._run(script, statement)
            planned.append(PlannedStatement(line=statement.line, sql=redact(statement.sql), not_rehearsed=reason))
            if self._failure:
                break
        if not self._migrations and not self._is_over and not self._failure:
            self._check_commit(script)
        checksum = script.migration.checksum
        self._migrations.append(PlannedMigration(script=script.name, checksum=checksum, statements=tuple(planned)))
        return self._failure is None

    def result(self, scripts: Sequence[Script]) -> Rehearsed:
        """Gives what was seen."""
        broken: set[tuple[str, str]] = set()
        if not self._is_over and not self._failure:
            self._look(None)
            broken = newly_broken(self._views, look_at_views(self._lake))
        return Rehearsed(
            migrations=tuple(self._migrations),
            diff=compare(self._base, self._reading, expected_name="live", actual_name="after migrate"),
            hazards=(*self._losses(), *(self._breakage(scripts, view) for view in sorted(broken))),
            failure=self._failure,
            complete=not self._is_over and self._failure is None,
        )

    def _run(self, script: Script, statement: Statement) -> str | None:
        """Runs a statement; gives why it was not rehearsed, or null."""
        reason = why_not(self._lake.connection, statement)
        if reason:
            self._has_left_out = True
            return reason
        effect = statement.effect
        comments = effect.action == "comment" and effect.kind == "table"
        tells = comments or effect.or_replace or effect.action in _TELLING
        if tells and not self._is_read:
            self._look(None)
        try:
            self._watch.run(statement)
        except Stop:
            raise
        except duckdb.Error as error:
            return self._judge(script, statement, error)
        except CorruptsLake as error:
            return self._judge_rename(script, statement, error)
        self._has_altered = self._has_altered or statement.type == duckdb.StatementType.ALTER
        self._is_read = False
        self._touched.add(statement)
        if tells:
            before = self._look(statement)
            self._seen.append(_seen(script, statement, before, self._reading, self._base))
        return None

    def _judge(self, script: Script, statement: Statement, error: duckdb.Error) -> str | None:
        if limit := limit_of_rehearsal(error, self._touched, statement):
            self._has_left_out = True
            with suppress(duckdb.Error):
                self._lake.connection.execute("SELECT 1")
                return limit
            self._is_over = True
            return f"{limit}; the rehearsal ended here"
        if self._has_left_out:
            self._is_over = True
            return f"it may need what was not rehearsed; the rehearsal ended here ({first_line(str(error))})"
        self._failure = PlanFailure(
            script=script.name, line=statement.line, sql=redact(statement.sql), error=first_line(str(error))
        )
        return None

    def _judge_rename(self, script: Script, statement: Statement, error: CorruptsLake) -> str | None:
        """An ALTER of this very migration makes it fail; one of an earlier migration is committed by then."""
        if self._has_altered:
            self._failure = PlanFailure(
                script=script.name, line=statement.line, sql=redact(statement.sql), error=str(error)
            )
            return None
        self._is_over = True
        return "DuckLake can do it only when the earlier statements are committed; the rehearsal ended here"

    def _check_commit(self, script: Script) -> None:
        """Of the first migration only: what the lake is asked for would be in it before a later one."""
        try:
            self._watch.at_commit()
        except CorruptsLake as error:
            statement = error.statement or script.statements[-1]
            self._failure = PlanFailure(
                script=script.name, line=statement.line, sql=redact(statement.sql), error=str(error)
            )

    def _look(self, statement: Statement | None) -> SchemaDocument:
        """Reads the schema, and gives the reading before it."""
        before = self._reading
        if not self._is_read:
            self._reading = carry(before, read_uncommitted(self._lake), statement)
            self._is_read = True
        return before

    def _losses(self) -> list[PlannedHazard]:
        """What is lost of the lake as it was; what the same migrations made is not missed."""
        return [
            _hazard(code, change.name, seen.script, seen.statement.line)
            for seen in self._seen
            for change in seen.losses
            for code in change.hazards
        ]

    def _breakage(self, scripts: Sequence[Script], view: tuple[str, str]) -> PlannedHazard:
        sql = next((item.sql for item in self._reading.views if (item.schema, item.name) == view), "").lower()
        for seen in reversed(self._seen):
            if any(_mentions(sql, change) for change in seen.changes):
                return _hazard("BROKEN_VIEW", full_name(*view), seen.script, seen.statement.line)
        return _hazard("BROKEN_VIEW", full_name(*view), scripts[-1], None)


def _mentions(sql: str, change: Change) -> bool:
    names = (change.name, change.before or "") if change.change == "renamed" else (change.name,)
    return any(full.rpartition(".")[2].strip('"').lower() in sql for full in names if full)


def _hazard(code: Hazard, what: str, script: Script, line: int | None) -> PlannedHazard:
    allowed = f"allow {code}" in script.migration.directives
    return PlannedHazard(code=code, name=what, script=script.name, line=line, allowed=allowed)
