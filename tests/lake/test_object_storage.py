"""A lake whose data are on object storage: a real S3 API on 127.0.0.1, reached with a secret of `secret_directory`."""

from pathlib import Path

import pytest

from support.backends import BACKENDS
from support.object_storage import SECRET, bucket, endpoint, keys, s3
from support.project import Project, new_project

__all__ = ["bucket", "endpoint"]


@pytest.fixture(params=BACKENDS)
def project(request: pytest.FixtureRequest, bucket: str, tmp_path: Path) -> Project:
    """A project with `data_path = "s3://…"`."""
    folder = tmp_path / "project"
    connection = {"data_path": f"s3://{bucket}/lake/", "secret_directory": str(tmp_path / "secrets")}
    if request.param == "postgres":
        keywords = request.getfixturevalue("postgres").new_database().keywords()
        return new_project(folder, "postgres", f"postgres:{keywords}", connection | {"postgres_connection": keywords})
    if request.param == "sqlite":
        return new_project(
            folder, "sqlite", f"sqlite:{folder / 'lake.sqlite'}", connection | {"sqlite_path": "lake.sqlite"}
        )
    connection["duckdb_metadata_path"] = "lake.db"
    return new_project(folder, "duckdb", str(folder / "lake.db"), connection)


def test_migrations_write_to_and_read_from_the_bucket(project: Project, endpoint: str) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds AS SELECT range AS id FROM range(1000);")
    project.migration("V2__big.sql", "CREATE TABLE big AS FROM birds WHERE id >= 100;\nUPDATE birds SET id = id + 1;")
    migrated = project.main("migrate", "--json")
    assert migrated.code == 0, migrated.err
    assert [m["outcome"] for m in migrated.json["migrations"]] == ["applied", "applied"]
    assert any(key.startswith("lake/main/big/") for key in keys(endpoint))
    assert not (project.folder / "data").exists()


def test_info_and_drift_on_the_bucket(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds AS SELECT range AS id FROM range(1000);")
    assert project.main("migrate").code == 0
    assert project.main("info", "--json").json["counts"] == {"applied": 1}
    drift = project.main("drift", "--json")
    assert (drift.code, drift.json["changes"]) == (0, [])


def test_a_failing_migration_leaves_nothing_in_the_lake(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds AS SELECT range AS id FROM range(1000);\nSELECT missing;")
    failed = project.main("migrate")
    assert failed.code == 4
    assert SECRET not in failed.out + failed.err
    assert [m["state"] for m in project.main("info", "--json").json["migrations"]] == ["failed"]


def test_a_missing_bucket_is_one_line(project: Project) -> None:
    config = project.folder / "ducktracker.toml"
    config.write_text(config.read_text().replace("s3://pond/", "s3://desert/"))
    project.migration("V1__birds.sql", "CREATE TABLE birds AS SELECT range AS id FROM range(1000);")
    failed = project.main("migrate")
    assert failed.code in {3, 4}
    assert "NoSuchBucket" in failed.err or "desert" in failed.err
    assert "Traceback" not in failed.err
    assert SECRET not in failed.out + failed.err


def test_files_that_are_gone_from_the_bucket(project: Project, endpoint: str) -> None:
    partitioned = "CREATE TABLE parts (i BIGINT, k BIGINT); ALTER TABLE parts SET PARTITIONED BY (k);"
    project.migration("V1__birds.sql", "CREATE TABLE birds AS SELECT range AS id FROM range(1000);")
    project.migration("V2__parts.sql", f"{partitioned} INSERT INTO parts SELECT range, range % 2 FROM range(1000);")
    assert project.main("migrate").code == 0
    assert project.main("validate", "--files").code == 0
    birds, *parts = (key for table in ("birds", "parts") for key in keys(endpoint) if f"/{table}/" in key)
    assert len(parts) == 2
    for key, script, table in ((parts[0], "V2__parts.sql", "main.parts"), (birds, "V1__birds.sql", "main.birds")):
        s3(endpoint).delete_object(Bucket="pond", Key=key)
        found = project.main("validate", "--files")
        assert found.code == 3
        assert f"s3://pond/{key}" in found.err
        assert script in found.err
        assert table in found.err
    assert project.main("validate").code == 0
