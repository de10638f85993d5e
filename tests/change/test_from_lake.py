"""init --from-lake: a project for a lake that has a schema and no history."""

from pathlib import Path

import pytest

from support.postgres import PASSWORD, Database, Postgres
from support.project import Project, project_at

SCHEMA = """
CREATE TABLE users (id BIGINT NOT NULL, name VARCHAR DEFAULT 'x', note STRUCT(text VARCHAR, tags VARCHAR[]));
COMMENT ON TABLE users IS 'people';
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id BIGINT, day DATE);
ALTER TABLE shop.orders SET PARTITIONED BY (year(day));
CREATE MACRO shop.twice(a) AS a * 2;
CREATE VIEW shop.doubled AS SELECT shop.twice(id) AS id FROM shop.orders;
CREATE VIEW names AS SELECT users.name, orders.id FROM users JOIN shop.orders USING (id);
CALL lake.set_option('parquet_compression', 'zstd');
CALL lake.set_option('data_inlining_row_limit', 5, schema => 'shop', table_name => 'orders');
INSERT INTO users VALUES (1, 'a', NULL);
"""
MADE = ["ducktracker.toml", "migrations", ".gitignore", "README.md"]


@pytest.fixture
def lake(project: Project) -> Project:
    """A lake, and an empty folder: `project` without its files."""
    project.sql(SCHEMA)
    (project.folder / "migrations").rmdir()
    (project.folder / "ducktracker.toml").unlink()
    return project


def flags(lake: Project) -> list[str]:
    source = lake.source.removeprefix(f"{lake.backend}:")
    place = ["--connection" if lake.backend == "postgres" else "--metadata", source]
    return [*place, "--catalog", "lake"]


def migrations(lake: Project) -> list[str]:
    return sorted(path.name for path in (lake.folder / "migrations").iterdir())


def counts(lake: Project) -> list[tuple[int, int]]:
    """The rows of what is in the lake, and its snapshots, which ends with that of the newest."""
    query = "SELECT (SELECT count(*) FROM users), max(snapshot_id) FROM ducklake_snapshots('lake')"
    return lake.sql(query)


def is_clean(lake: Project) -> None:
    for command in (["validate", "--strict"], ["drift"], ["drift", "--against", "files"], ["migrate"]):
        ran = lake.main(*command)
        assert ran.code == 0, (command, ran.out, ran.err)
    assert set(lake.main("info", "--json").json["counts"]) == {"baselined"}


def test_one_file(lake: Project) -> None:
    before = lake.call("dt-snapshot", *flags(lake)).json["fingerprint"]
    ran = lake.main("init", ".", "--from-lake", *flags(lake))
    assert (ran.code, ran.err) == (0, ""), ran.err
    assert migrations(lake) == ["V1__schema.sql", "V2__schema_2.sql"]
    last = "the files make this schema, with no difference; the lake is baselined at V2"
    assert ran.out.splitlines() == [
        *("created ducktracker.toml", "created migrations/", "created .gitignore", "created README.md"),
        *("created migrations/V1__schema.sql", "created migrations/V2__schema_2.sql", last),
    ]
    is_clean(lake)
    assert lake.call("dt-snapshot").json["fingerprint"] == before


def test_only_what_was_said_is_written(sqlite_project: Project) -> None:
    sqlite_project.sql("CREATE TABLE t (i INTEGER)")
    (sqlite_project.folder / "new").mkdir()
    assert sqlite_project.main("init", "new", "--from-lake", *flags(sqlite_project)).code == 0
    lines = (sqlite_project.folder / "new" / "ducktracker.toml").read_text().splitlines()
    assert [line for line in lines if line.partition(" = ")[1] and not line.startswith("#")][:3] == [
        'catalog_name = "lake"',
        'catalog_backend = "sqlite"',
        f'sqlite_path = "{sqlite_project.folder}/lake.sqlite"',
    ]
    assert not any("metadata_schema" in line for line in lines)


def test_the_files_make_another_lake(lake: Project, tmp_path: Path) -> None:
    assert lake.main("init", ".", "--from-lake", *flags(lake)).code == 0
    other = project_at(tmp_path / "other")
    other.migrations(lake.folder / "migrations")
    assert other.main("migrate").code == 0
    assert other.call("dt-snapshot").json["fingerprint"] == lake.call("dt-snapshot").json["fingerprint"]


def test_a_file_for_each_schema(lake: Project) -> None:
    assert lake.main("init", ".", "--from-lake", "--split", *flags(lake)).code == 0
    names = migrations(lake)
    assert names == ["V1__main.sql", "V2__shop.sql", "V3__shop_2.sql", "V4__across_schemas.sql"]
    texts = {name: (lake.folder / "migrations" / name).read_text() for name in names}
    assert "CREATE TABLE users" in texts["V1__main.sql"]
    assert "shop" not in texts["V1__main.sql"]
    assert "CREATE VIEW shop.doubled" in texts["V2__shop.sql"]
    assert "CREATE VIEW names" in texts["V4__across_schemas.sql"]
    is_clean(lake)


def test_the_lake_gets_a_baseline_and_nothing_else(lake: Project) -> None:
    (before,) = counts(lake)
    assert lake.main("init", ".", "--from-lake", *flags(lake)).code == 0
    history = lake.call("dt-history").json["rows"]
    assert [row["type"] for row in history] == ["baseline", "snapshot"]
    assert counts(lake) == [(before[0], before[1] + 2)]


def test_a_lake_with_a_history(lake: Project) -> None:
    assert lake.main("init", ".", "--from-lake", *flags(lake)).code == 0
    (lake.folder / "other").mkdir()
    ran = lake.main("init", "other", "--from-lake", *flags(lake))
    assert ran.code == 1
    assert "this lake has a history already, in lake.main.ducktracker_schema_history" in ran.err
    assert list((lake.folder / "other").iterdir()) == []


@pytest.mark.parametrize("name", MADE)
def test_something_in_the_way(duckdb_project: Project, name: str) -> None:
    duckdb_project.sql("CREATE TABLE t (i INTEGER)")
    (duckdb_project.folder / "new").mkdir()
    (duckdb_project.folder / "new" / name).write_text("mine")
    ran = duckdb_project.main("init", "new", "--from-lake", *flags(duckdb_project))
    assert (ran.code, ran.err) == (2, f"ducktracker: new: already there: {name}; nothing was written\n")
    assert [path.name for path in (duckdb_project.folder / "new").iterdir()] == [name]


@pytest.mark.parametrize(
    ("left", "hint"),
    [
        pytest.param(
            ["V1__schema.sql", "V2__schema_2.sql"],
            ["hint: `ducktracker baseline -v 2` there finishes an init that was interrupted"],
            id="before the baseline",
        ),
        pytest.param(
            ["V1__schema.sql"],
            ["hint: an init that was interrupted left them: remove them, and run it again"],
            id="between the files",
        ),
        pytest.param(["V1__schema.sql", "V2__mine.sql"], [], id="files of others"),
    ],
)
def test_killed(duckdb_project: Project, left: list[str], hint: list[str]) -> None:
    """The files are there, and the lake doesn't know of them."""
    duckdb_project.sql(SCHEMA)
    lake, new = Path(duckdb_project.source), duckdb_project.folder / "new"
    before = lake.read_bytes()
    new.mkdir()
    assert duckdb_project.main("init", "new", "--from-lake", *flags(duckdb_project)).code == 0
    lake.write_bytes(before)
    for path in (new / "migrations").iterdir():
        if path.name not in left:
            path.unlink()
    for name in left:
        (new / "migrations" / name).touch()
    ran = duckdb_project.main("init", "new", "--from-lake", *flags(duckdb_project))
    said = f"ducktracker: new: already there: {', '.join(MADE)}; nothing was written"
    assert (ran.code, ran.err.splitlines()) == (2, [said, *hint])


def test_a_view_that_no_longer_works(duckdb_project: Project) -> None:
    duckdb_project.sql("CREATE TABLE t (i INTEGER)")
    duckdb_project.sql("CREATE VIEW v AS SELECT i FROM t")
    duckdb_project.sql("DROP TABLE t")
    (duckdb_project.folder / "new").mkdir()
    ran = duckdb_project.main("init", "new", "--from-lake", *flags(duckdb_project))
    assert (ran.code, ran.err.splitlines()[-1]) == (
        4,
        "hint: drop a view or macro that the lake itself can't use; "
        "or write the project by hand: `ducktracker init`, then `ducktracker baseline`",
    )
    assert list((duckdb_project.folder / "new").iterdir()) == []


def test_no_half_project_is_left(duckdb_project: Project) -> None:
    """The baseline fails, because the new settings don't reach the lake."""
    duckdb_project.sql("CREATE TABLE t (i INTEGER)")
    (duckdb_project.folder / "new").mkdir()
    locked = duckdb_project.with_environment(DUCKTRACKER_READ_ONLY="true")
    ran = locked.main("init", "new", "--from-lake", *flags(duckdb_project))
    assert ran.code == 2, ran
    assert list((duckdb_project.folder / "new").iterdir()) == []


def test_a_password_is_not_written(tmp_path: Path, postgres: Postgres) -> None:
    project = project_at(tmp_path / "project", postgres)
    project.sql("CREATE TABLE t (i INTEGER)")
    database = Database(postgres.host, project.source.partition("dbname=")[2].split()[0])
    secret = database.keywords("guarded", PASSWORD)
    (project.folder / "new").mkdir()
    ran = project.main("init", "new", "--from-lake", "--connection", secret, "--catalog", "lake")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("ducktracker: argument --connection: its password would be written to ducktracker.toml")
    assert list((project.folder / "new").iterdir()) == []
    known = project.with_environment(
        DUCKTRACKER_POSTGRES_CONNECTION=secret, DUCKTRACKER_CATALOG_BACKEND="postgres", DUCKTRACKER_CATALOG_NAME="lake"
    )
    ran = known.main("init", "new", "--from-lake")
    assert ran.code == 0, ran.err
    texts = [path.read_text() for path in (project.folder / "new").rglob("*") if path.is_file()]
    assert not any(PASSWORD in text for text in texts)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        pytest.param(["init", "--from-lake"], "argument --from-lake: nothing says which lake", id="no lake"),
        pytest.param(["-c", "x.toml", "init", "--from-lake"], "argument --config: not allowed with", id="a file"),
        pytest.param(["-b", "try", "init", "--from-lake"], "argument --branch: not allowed with", id="a branch"),
        pytest.param(["init", "--split"], "argument --split: needs --from-lake", id="split alone"),
    ],
)
def test_bad_usage(tmp_path: Path, argv: list[str], message: str) -> None:
    project = project_at(tmp_path / "project")
    (project.folder / "ducktracker.toml").unlink()
    ran = project.main(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"ducktracker: {message}")


def test_a_lake_that_is_not_there(duckdb_project: Project) -> None:
    (duckdb_project.folder / "new").mkdir()
    ran = duckdb_project.main("init", "new", "--from-lake", "--metadata", "nowhere.db")
    assert ran.code == 3
    assert list((duckdb_project.folder / "new").iterdir()) == []
