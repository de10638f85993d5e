"""Nothing that a file says gets out of what only tries it: to its lake, to others' files or to a server.

`ducktracker plan` tries migrations, and `ducktracker undo --dry-run` U files.
"""

import hashlib
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import duckdb
import pytest
from _pytest.mark import ParameterSet

from dt_lake.extensions import load_extension
from plan.escapes import escapes
from plan.test_escapes import MAKE, SECRET, SHOWN, Server
from support.project import Project, project_at

QUICK = {"metadata, guard replaced", "read over HTTP, with a value", "rows, cast in an UPDATE"}
QUICK_OF_UNDO = {
    *QUICK,
    *("COPY TO elsewhere", "COPY TO a file of the source", "COPY FROM a file of somebody", "COPY FROM a server"),
    *("ATTACH a file of the source", "ATTACH a server", "USE the metadata", "query: orphans", "EXPORT elsewhere"),
}
TRIED = {("plan",): "V2__x.sql", ("undo", "--dry-run"): "U1__x.sql"}
ROW = "owl-0"
"""Only plan hides values of rows."""
ORPHAN = "ducklake-00000000-0000-7000-8000-000000000000.parquet"


def tree(root: Path) -> dict[str, str]:
    """Return the hash of every file, but for the migration and what DuckDB's reader of the catalog leaves."""
    files = [file for file in root.rglob("*") if file.is_file() and file.name not in (*TRIED.values(), "lake.db.wal")]
    return {str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("places").resolve()
    (root / "secret.txt").write_text(f"{SECRET} a:b\n")
    (root / "out" / "imp").mkdir(parents=True)
    (root / "out" / "victim.sh").write_text("echo one\necho two\n")
    (root / "out" / "imp" / "schema.sql").write_text("CREATE TABLE pwned (i INT); COMMIT; BEGIN;")
    (root / "out" / "imp" / "load.sql").write_text("")
    return root


@pytest.fixture(scope="module")
def project(root: Path) -> Project:
    project = project_at(root / "project").with_environment(SECRET_OF_CI=SECRET)
    project.migration("V1__x.sql", MAKE)
    assert project.main("migrate").code == 0
    file = next((root / "project" / "data").rglob("*.parquet"))
    file.with_name(ORPHAN).write_bytes(file.read_bytes())
    with duckdb.connect() as connection:
        connection.execute(f"SET secret_directory = '{root}/home/.duckdb/stored_secrets'")
        load_extension(connection, "httpfs")
        connection.execute("CREATE PERSISTENT SECRET stored (TYPE http, BEARER_TOKEN 'x', SCOPE 'http://127.0.0.1')")
    return project


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        Server.heard = []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def cases() -> list[ParameterSet]:
    """The sandbox alone is tried with all of them quickly, in test_escapes."""
    return [
        pytest.param(command, sql, id=f"{command[0]}-{title}", marks=() if title in quick else pytest.mark.slow)
        for command, quick in zip(TRIED, (QUICK, QUICK_OF_UNDO), strict=True)
        for title, sql in escapes()
    ]


@pytest.mark.parametrize(("command", "sql"), cases())
def test_nothing_gets_out(command: tuple[str, ...], sql: str, project: Project, root: Path, server: int) -> None:
    data = next(file for file in (root / "project" / "data").rglob("*.parquet") if file.name != ORPHAN)
    places = {
        "DATA": data,
        "SOURCE": root / "project" / "data",
        "CATALOG": root / "project" / "lake.db",
        "OUT": root / "out",
        "SECRET": root / "secret.txt",
        "PORT": server,
    }
    for word, value in places.items():
        sql = sql.replace(f"@{word}@", str(value))
    file = project.migration(TRIED[command], sql)
    before = tree(root)
    ended = project.main(*command)
    file.unlink()
    assert tree(root) == before
    assert Server.heard == []
    shown = [canary for canary in SHOWN if canary in ended.out + ended.err]
    assert shown == [] or (command[0] == "undo" and shown == [ROW])
    assert ended.code in (0, 1, 2, 3, 4)
    assert "Traceback" not in ended.err
