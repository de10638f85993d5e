r"""A server with standard_conforming_strings = off takes every backslash in a string of SQL for an escape.

DuckLake writes strings as they are. So the setting is set to on in every form of a connection, or the lake is refused.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from support.faults import told
from support.lakes import literal, load
from support.postgres import Database, Postgres
from support.project import Project, new_project

ROLE = "backslash"
TEXTS = ["C:\\new\\table", "it's", "\\", "\\'", "\\\\x41", "\\x41", "E'\\n'", 'say "quack"', "$$\\1$$", "end\\"]
ROWS = ", ".join(f"({number}, {literal(text)})" for number, text in enumerate(TEXTS))


@pytest.fixture
def database(request: pytest.FixtureRequest, postgres: Postgres) -> Iterator[Database]:
    """Empty; its own setting, or that of the role, is off."""
    made = postgres.new_database()
    postgres.execute(f"CREATE ROLE {ROLE} LOGIN SUPERUSER")
    whose = f"DATABASE {made.name}" if request.param == "database" else f"ROLE {ROLE}"
    postgres.execute(f"ALTER {whose} SET standard_conforming_strings = off")
    yield made
    postgres.execute(f"REASSIGN OWNED BY {ROLE} TO postgres", made.name)
    postgres.execute(f"DROP ROLE {ROLE}")


def reached(form: str, database: Database, tmp_path: Path) -> Project:
    """Return a project whose connection is a keyword string, a URI, a service of a file, or a secret of DuckDB's."""
    settings = {"postgres_connection": database.keywords(ROLE)}
    variables = {}
    if form == "uri":
        settings = {"postgres_connection": database.uri(ROLE)}
    elif form == "service":
        settings = {"postgres_connection": "service=pond"}
        file = tmp_path / "services.conf"
        file.write_text(f"[pond]\nhost={database.host}\ndbname={database.name}\nuser={ROLE}\n")
        variables = {"PGSERVICEFILE": str(file)}
    elif form == "secret":
        settings = {"secret_name": "pond", "secret_directory": str(tmp_path / "secrets")}
        (tmp_path / "secrets").mkdir()
        with duckdb.connect() as connection:
            connection.execute(f"SET secret_directory = {literal(settings['secret_directory'])}")
            load(connection, "postgres_scanner")
            connection.execute(
                f"CREATE PERSISTENT SECRET pond (TYPE postgres, HOST {literal(database.host)},"
                f" DATABASE {literal(database.name)}, USER {literal(ROLE)})"
            )
    source = f"postgres:{database.keywords()}"
    return new_project(tmp_path / "project", "postgres", source, settings).with_environment(**variables)


def slow(form: str, setting: str) -> object:
    return pytest.param(form, setting, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("form", "database"),
    [
        ("keywords", "database"),
        ("uri", "role"),
        ("service", "database"),
        ("secret", "role"),
        slow("keywords", "role"),
        slow("uri", "database"),
        slow("service", "role"),
        slow("secret", "database"),
    ],
    indirect=["database"],
)
def test_every_backslash_is_kept(form: str, database: Database, tmp_path: Path) -> None:
    project = reached(form, database, tmp_path)
    project.migration("V1__texts.sql", f"CREATE TABLE texts (i INTEGER, t VARCHAR); INSERT INTO texts VALUES {ROWS};")
    project.migration(
        "V2__more.sql",
        f"CREATE TABLE more AS SELECT i, t || n AS t, encode(texts.t) AS b FROM texts, range(500) r(n);"
        f" COMMENT ON TABLE more IS {literal(TEXTS[0])};"
        f" ALTER TABLE texts ADD COLUMN u VARCHAR DEFAULT {literal(TEXTS[3])};"
        " CREATE VIEW digits AS SELECT * FROM more WHERE regexp_matches(t, '\\d+''?');",
    )
    for migration in (1, 2):
        ran = project.main("migrate", "--target", str(migration))
        assert (ran.code, ran.err) == (0, ""), ran
    for command in ("drift", "validate"):
        assert project.main(command).code == 0, project.main(command)
    assert project.sql("SELECT t FROM texts ORDER BY i") == [(text,) for text in TEXTS]
    assert project.sql("SELECT DISTINCT u FROM texts") == [(TEXTS[3],)]
    assert project.sql("SELECT count(*), min(b), max(b) FROM more WHERE i = 2") == [(500, *[TEXTS[2].encode()] * 2)]
    assert project.sql("SELECT count(*) FROM digits") == [(500 * len(TEXTS),)]
    assert project.sql("SELECT comment FROM duckdb_tables() WHERE table_name = 'more'") == [(TEXTS[0],)]


@pytest.mark.parametrize("database", ["role"], indirect=True)
def test_options_of_the_user_that_turn_it_off_are_refused(database: Database, tmp_path: Path) -> None:
    project = reached("keywords", database, tmp_path)
    project.migration("V1__texts.sql", f"CREATE TABLE texts AS FROM (VALUES {ROWS}) v(i, t);")
    assert project.main("migrate").code == 0
    project.migration("V2__more.sql", "CREATE TABLE more AS FROM texts;")
    off = f"{database.keywords(ROLE)} options='-c standard_conforming_strings=off'"
    for command in ("info", "migrate", "drift"):
        assert "standard_conforming_strings = off" in told(project.main(command, "--connection", off))
    assert project.main("info", "--json").json["counts"] == {"applied": 1, "pending": 1}
