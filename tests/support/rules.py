"""The rules of dt-lint, without one: to see what it is for."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import duckdb
import pytest

from dt_lint.all_rules import all_rules
from support.project import Project


def without_rule(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let ducktracker run blind for what a rule finds, in this process, until the end of the test."""
    kept = tuple(rule for rule in all_rules() if rule.code != code)
    assert len(kept) == len(all_rules()) - 1
    for user in ("check", "watch"):
        monkeypatch.setattr(f"dt_lint.{user}.all_rules", lambda: kept)


def write(project: Project, *files: str) -> None:
    """Write migrations, the first one as version 1."""
    for version, sql in enumerate(files, start=1):
        project.migration(f"V{version}__x.sql", sql)


def content(project: Project) -> Any:
    """Return the rows of t, the same after an INSERT of j, and the column defaults; or why that fails."""
    defaults = "SELECT column_name, column_default FROM duckdb_columns() WHERE table_name = 't' ORDER BY ALL"
    try:
        rows = project.sql("FROM t")
        project.sql("INSERT INTO t (j) VALUES (2)")
        return rows, project.sql("FROM t ORDER BY ALL"), dict(project.sql(defaults))
    except (duckdb.BinderException, duckdb.ConstraintException) as error:
        return str(error).partition("\n")[0]


def content_after(project: Project, *files: str, mode: str = "each") -> Any:
    """Apply migrations, which must succeed; return the content of t then."""
    write(project, *files)
    ran = project.main("migrate", "--transaction", mode)
    assert ran.code == 0, ran.err
    return content(project)


class Told(NamedTuple):
    """What the two commands say on stderr."""

    migrate: str
    plan: str


def refused_at_the_last(project: Project, files: Sequence[str]) -> Told:
    """Have migrate and plan end at the last of some migrations; return what they say."""
    write(project, *files)
    migrated, planned = project.main("migrate"), project.main("plan")
    assert (migrated.code, planned.code) == (4, 4)
    assert f"V{len(files)}__x.sql:" in migrated.err
    return Told(migrated.err, planned.err)


def one_by_one(project: Project, statements: str) -> Any:
    """Run statements out of band, in a transaction each; return the content of t then, and drop it."""
    for statement in statements.split("\n"):
        project.sql(statement)
    found = content(project)
    project.sql("DROP TABLE t")
    return found
