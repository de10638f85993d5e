"""Forty migrations of which each leaves a mark, and what the marks say of a lake."""

from support.lakes import attached
from support.project import Project

COUNT = 40
HISTORY = "ducktracker_schema_history"


def write(project: Project, count: int = COUNT) -> None:
    """Write V1 to V40: plain DDL, and among it ones that write rows."""
    project.migration(script(1), "CREATE TABLE log (version INTEGER);\nINSERT INTO log VALUES (1);")
    for version in range(2, count + 1):
        project.migration(script(version), _sql(version))


def script(version: int) -> str:
    """Return the name of a version's file."""
    return f"V{version}__mark.sql"


def _sql(version: int) -> str:
    if not _writes(version):
        return f"CREATE TABLE t{version} (a INTEGER);\nALTER TABLE t{version} ADD COLUMN b VARCHAR DEFAULT 'x';"
    # More rows than are kept in the catalog, so that there are files too.
    rows = f"CREATE TABLE t{version} AS SELECT range AS a, 'x' AS b FROM range(50);\n" if version % 10 == 0 else ""
    return f"{rows}INSERT INTO log VALUES ({version});"


def _writes(version: int) -> bool:
    return version == 1 or version % 5 == 0


def applied(project: Project) -> int:
    """Return up to which version the lake is; fails unless history and lake agree that it is all of them, each once."""
    with attached(project.source, project.data_path) as lake:
        names = {name for (name,) in lake.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        query = f"SELECT version, success FROM {HISTORY} WHERE version IS NOT NULL ORDER BY installed_rank"
        history = lake.execute(query).fetchall() if HISTORY in names else []
        log = lake.execute("SELECT version FROM log ORDER BY ALL").fetchall() if "log" in names else []
        if HISTORY in names:
            ranks = lake.execute(f"SELECT count(*), count(DISTINCT installed_rank) FROM {HISTORY}").fetchone()
            assert ranks
            assert ranks[0] == ranks[1]
        rows = {name: lake.execute(f"SELECT count(b) FROM {name}").fetchall() for name in names - {HISTORY, "log"}}
    versions = list(range(1, len(history) + 1))
    assert history == [(version, True) for version in versions]
    assert log == [(version,) for version in versions if _writes(version)]
    assert ("log" in names) == bool(versions)
    assert rows == {
        f"t{version}": [(50 if _writes(version) else 0,)]
        for version in versions[1:]
        if not _writes(version) or version % 10 == 0
    }
    return len(versions)
