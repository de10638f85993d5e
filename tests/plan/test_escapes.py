"""Nothing that a migration says gets out of the sandbox that plan runs it in."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_contract.errors import Stop
from dt_contract.migrations import Migration
from dt_lake.lake import open_lake
from dt_lake.sandbox import connect_sandboxed
from dt_lint.script.names import Home
from dt_lint.script.statements import first_line, parse
from ducktracker.plan.hidden_values import without_values
from ducktracker.plan.wall import why_not_tried
from plan.escapes import escapes

SECRET = "CANARY-7781"
SHOWN = (SECRET, SECRET[::-1], "owl-0", "HOME=", os.path.expanduser("~"))
MAKE = """
CREATE TABLE users AS SELECT range AS id, 'owl-' || range AS email FROM range(100);
CREATE TABLE other (id BIGINT, t VARCHAR);
INSERT INTO other VALUES (1, 'x');
CREATE VIEW people AS FROM users;
CREATE MACRO run_text(a) AS TABLE FROM query(a);
CREATE MACRO run_more(a) AS TABLE FROM run_text(a)
"""
BRANCH = """
UPDATE ducklake_data_file SET path = '{data}/main/users/' || path, path_is_relative = false;
UPDATE ducklake_metadata SET value = '{branch}/' WHERE key = 'data_path'
"""
OURS = "SELECT lower('A'), 1 + 1, count(*); CALL ducklake_set_commit_message('lake', 'a', 'b')"
"""What stands for our own SQL, which runs in the same session afterwards."""
MIGRATION = Migration(type="versioned", version=2, description="x", script="V2__x.sql", checksum="")


class Places(NamedTuple):
    """A lake, a sandbox with a branch of it, and what belongs to somebody else."""

    root: Path
    connection: duckdb.DuckDBPyConnection
    port: int
    heard: list[str]

    def filled(self, sql: str) -> str:
        data = next((self.root / "data").rglob("*.parquet"))
        values = {
            "DATA": data,
            "SOURCE": self.root / "data",
            "CATALOG": self.root / "lake.db",
            "OUT": self.root / "out",
        }
        for word, value in {**values, "SECRET": self.root / "secret.txt", "PORT": self.port}.items():
            sql = sql.replace(f"@{word}@", str(value))
        return sql

    def state(self) -> dict[str, str]:
        """Return the hash of every file but the branch's own."""
        files = [file for file in self.root.rglob("*") if file.is_file() and "branch" not in file.parts]
        return {str(file.relative_to(self.root)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    def run(self, text: str) -> list[str]:
        """Run the statements of a migration that plan would run, and return all that it would show."""
        with suppress(duckdb.Error), self.connection.cursor() as session:
            session.execute("USE lake.main; BEGIN")
            shown, ran = [], []
            try:
                for statement in parse(session, MIGRATION, text, Home.of("lake", "main")).statements:
                    ran.append(statement)
                    reason = why_not_tried(session, "lake", statement)
                    if reason is None:
                        session.execute(statement.sql).fetchall()
                    else:
                        shown.append(reason)
                session.execute(OURS)
            except (duckdb.Error, Stop) as error:
                shown.append(without_values(first_line(str(error)), ran))
            finally:
                session.execute("ROLLBACK")
        return shown


class Server(BaseHTTPRequestHandler):
    heard: list[str]

    def do_GET(self) -> None:
        self.heard.append(self.path)
        self.send_error(404)

    do_HEAD = do_POST = do_PUT = do_GET

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    root = tmp_path_factory.mktemp("places").resolve()
    for folder in ("data", "branch", "out/imp"):
        (root / folder).mkdir(parents=True)
    (root / "secret.txt").write_text(f"{SECRET} a:b\n")
    (root / "out" / "victim.sh").write_text("echo one\necho two\n")
    (root / "out" / "imp" / "schema.sql").write_text("CREATE TABLE pwned (i INT); COMMIT; BEGIN;")
    (root / "out" / "imp" / "load.sql").write_text("")
    lake = Connection(duckdb_metadata_path=str(root / "lake.db"), data_path=str(root / "data"), catalog_name="lake")
    with open_lake(Config(connection=lake), write=True, create=True) as opened:
        opened.connection.execute(f"USE lake; {MAKE}")
    shutil.copy(root / "lake.db", root / "branch" / "lake.db")
    with duckdb.connect(str(root / "branch" / "lake.db")) as catalog:
        catalog.execute(BRANCH.format(data=root / "data", branch=root / "branch"))
    orphan = next((root / "data").rglob("*.parquet"))
    for place in (root / "data" / "main" / "users", root / "branch"):
        shutil.copy(orphan, place / "ducklake-00000000-0000-7000-8000-000000000000.parquet")
    branch = Config(connection=Connection(duckdb_metadata_path=str(root / "branch" / "lake.db"), catalog_name="lake"))
    folders = [str(root / "data"), str(root / "branch")]
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        Server.heard = []
        Thread(target=server.serve_forever, daemon=True).start()
        with closing(connect_sandboxed(branch, folders, needs_httpfs=True)) as connection:
            yield Places(root, connection, server.server_port, Server.heard)
        server.shutdown()


@pytest.mark.parametrize("sql", [pytest.param(sql, id=title) for title, sql in escapes()])
def test_nothing_gets_out(sql: str, places: Places) -> None:
    before = places.state()
    shown = " ".join(places.run(places.filled(sql)))
    assert places.state() == before
    assert places.heard == []
    assert [canary for canary in SHOWN if canary in shown] == []
    assert (places.root / "branch" / "ducklake-00000000-0000-7000-8000-000000000000.parquet").exists()
    assert places.connection.execute("SELECT count(*), min(email) FROM lake.users").fetchone() == (100, "owl-0")
