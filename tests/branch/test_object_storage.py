"""A branch of a lake whose data is on object storage: its new files are on this machine, unless told otherwise."""

from pathlib import Path

import pytest

from dt_config.config import Config
from dt_config.flags import Flags
from dt_config.resolve import resolve
from dt_lake.lake import open_lake
from support.backends import BACKENDS
from support.object_storage import bucket, endpoint, keys, s3
from support.project import Project, new_project

__all__ = ["bucket", "endpoint"]

BIRDS = "CREATE TABLE birds AS SELECT range AS id FROM range(1000);"
MORE = "INSERT INTO birds SELECT range FROM range(500);\nDELETE FROM birds WHERE id < 10;"


@pytest.fixture(params=BACKENDS)
def project(request: pytest.FixtureRequest, bucket: str, tmp_path: Path) -> Project:
    """V1 is applied, V2 is not."""
    folder = tmp_path / "project"
    connection = {"data_path": f"s3://{bucket}/lake/", "secret_directory": str(tmp_path / "secrets")}
    if request.param == "postgres":
        keywords = request.getfixturevalue("postgres").new_database().keywords()
        project = new_project(
            folder, "postgres", f"postgres:{keywords}", connection | {"postgres_connection": keywords}
        )
    else:
        connection["duckdb_metadata_path"] = "lake.db"
        project = new_project(folder, "duckdb", str(folder / "lake.db"), connection)
    project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    with open_lake(_config(project), write=True) as lake:
        lake.connection.execute("CALL ducklake_flush_inlined_data('lake')")
    project.migration("V2__more.sql", MORE)
    return project


def _config(project: Project) -> Config:
    return resolve(Flags(str(project.folder / "ducktracker.toml")), environ={})


def test_new_files_are_on_this_machine(project: Project, endpoint: str) -> None:
    before = keys(endpoint)
    made = project.call("dt-branch", "try.db")
    assert (made.code, made.err) == (0, "")
    assert made.json["source_data_path"] == "s3://pond/lake/"
    assert project.main("--metadata", "try.db", "migrate").code == 0
    assert project.main("--metadata", "try.db", "info", "--json").json["counts"] == {"applied": 2}
    assert keys(endpoint) == before
    assert len([*(project.folder / "try.db.files" / "main" / "birds").glob("*.parquet")]) == 2


def test_new_files_are_in_the_bucket_too(project: Project, endpoint: str) -> None:
    before = keys(endpoint)
    inside = project.call("dt-branch", "try.db", "--data-path", "s3a://pond/lake/try")
    assert (inside.code, "is not apart from the lake's own data in" in inside.err) == (2, True)
    assert project.call("dt-branch", "try.db", "--data-path", "s3://pond/try").code == 0
    assert project.main("--metadata", "try.db", "migrate").code == 0
    assert sorted(key.rpartition("/")[0] for key in set(keys(endpoint)) - set(before)) == ["try/main/birds"] * 2


def test_plan_reads_the_bucket_and_writes_nothing_to_it(project: Project, endpoint: str) -> None:
    project.migration(
        "V3__beyond.sql",
        "COPY birds TO 's3://pond/lake/main/birds/new.parquet';\nFROM read_parquet('s3://desert/a.parquet');",
    )
    before = {key: s3(endpoint).head_object(Bucket="pond", Key=key)["ETag"] for key in keys(endpoint)}
    planned = project.main("plan", "--json")
    assert (planned.code, planned.err, planned.json["incomplete"]) == (0, "", 2)
    rows = [item["rows"] for item in planned.json["migrations"][0]["statements"]]
    assert [(item["inserted"], item["deleted"]) for item in rows] == [(500, 0), (0, 20)]
    assert [item["not_tried"] for item in planned.json["migrations"][1]["statements"]] == [
        "COPY writes a file",
        "it opens s3://desert/a.parquet, which only `plan --allow-external` does",
    ]
    assert {key: s3(endpoint).head_object(Bucket="pond", Key=key)["ETag"] for key in keys(endpoint)} == before


def test_an_object_that_the_source_has_deleted(project: Project, endpoint: str) -> None:
    assert project.call("dt-branch", "try.db").code == 0
    for key in keys(endpoint):
        if "/birds/" in key:
            s3(endpoint).delete_object(Bucket="pond", Key=key)
    ran = project.main("--metadata", "try.db", "migrate")
    assert ran.code == 3
    assert "this branch needs lake snapshot " in ran.err
    assert "which has deleted its file main/birds/ducklake-" in ran.err
