"""The lakes that cases begin with."""

from functools import partial

from files import Files
from stage import Stage
from templates import Template

CHANGES = 3
"""How many things a drifted lake has otherwise."""


def tables(count: int, *, inlines: bool = False) -> Template:
    """Tables of 10 columns, made by plain DuckDB; with DuckLake's default of inlining there is one of rows for each."""
    what = f"{count}{'-inlining' if inlines else ''}"
    return Template(f"tables-{what}", partial(_script, script="tables", what=what))


def baselined(count: int) -> Template:
    """The same with our baseline."""
    return Template(f"baselined-{count}", partial(_ducktracker, argv=("baseline", "--version", "1")), tables(count))


def baselined_by_old(count: int) -> Template:
    """The same with the baseline of 0.1.0, which stores a schema of its own form."""
    build = partial(_ducktracker, argv=("baseline", "--version", "1"))
    return Template(f"baselined-by-old-{count}", build, tables(count), who="old")


def drifted(base: Template) -> Template:
    """The same with three changes by plain DuckDB."""
    return Template(f"drifted-{base.name}", partial(_script, script="tables", what="drift"), base)


def with_files(count: int) -> Template:
    """One table with as many data files."""
    return Template(f"with-files-{count}", partial(_script, script="many_files", what=str(count)))


def migrated(files: Files, count: int) -> Template:
    """As many migrations, applied by us, each a table."""
    build = partial(_ducktracker, argv=("migrate",))
    return Template(f"migrated-{count}", build, migrations=partial(files.migrations, count))


def _script(stage: Stage, script: str, what: str) -> None:
    argv = (stage.machine.python, str(stage.machine.tool(script)), *stage.place, what)
    stage.machine.must("limit", *argv)


def _ducktracker(stage: Stage, argv: tuple[str, ...]) -> None:
    stage.machine.must(stage.who, stage.machine.command("ducktracker", stage.who), *argv, folder=stage.folder)
