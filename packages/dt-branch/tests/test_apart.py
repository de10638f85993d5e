"""Where the new files of a branch may go, and where not, because one of the two would delete the other one's there."""

import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from msgspec.structs import replace

from dt_branch.branch import create, on_branch
from dt_config.config import Config, Connection
from dt_contract.errors import InputError, LakeError
from dt_lake.lake import attach_lake, connect, open_lake
from support.rich_lake import new_lake


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake's data is in `data/`, a link to `stored/`; `link` leads to all, `into` into it; `full` has others."""
    folder = tmp_path_factory.mktemp("apart")
    (folder / "stored").mkdir()
    (folder / "data").symlink_to("stored")
    (folder / "full").mkdir()
    (folder / "full" / "other.parquet").touch()
    (folder / "link").symlink_to(".")
    (folder / "into").symlink_to("stored/main")
    with closing(connect(new_lake(folder), write=True)) as connection:
        attach_lake(connection, new_lake(folder), write=True, create=True)
        connection.execute("CREATE TABLE lake.t AS SELECT range AS a FROM range(100)")
    return folder


@pytest.fixture
def lake(folder: Path) -> Config:
    """A lake that no test changes."""
    return new_lake(folder)


@pytest.mark.parametrize(
    ("data_path", "message"),
    [
        pytest.param("data", "is not empty", id="the same"),
        pytest.param("data/new", "is not apart from the lake's own data in ", id="inside"),
        pytest.param(".", "is not empty", id="around"),
        pytest.param("stored/new", "is not apart from the lake's own data in ", id="inside, by another name"),
        pytest.param("link/data/new", "is not apart from the lake's own data in ", id="inside, by a link"),
        pytest.param("into/new", "is not apart from the lake's own data in ", id="inside, by a link into it"),
        pytest.param("full", "is not empty", id="of another lake"),
        pytest.param("new*", "which DuckLake takes for a pattern", id="a star"),
        pytest.param("new[12]", "which DuckLake takes for a pattern", id="brackets"),
        pytest.param("n?w", "which DuckLake takes for a pattern", id="a question mark"),
        pytest.param("lake.db", "the new files can't go there: Not a directory", id="a file"),
    ],
)
def test_a_data_path_that_is_refused(lake: Config, folder: Path, data_path: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        create(lake, str(folder / "try.db"), data_path=str(folder / data_path))
    assert not [*folder.glob("*try*")]


def test_a_url_of_a_folder(lake: Config, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a data path on this machine is a folder, not a URL"):
        create(lake, str(tmp_path / "try.db"), data_path=f"file://{tmp_path}/data/new")


@pytest.mark.parametrize("data_path", ["é'\"ü`; --", "{own}$guard$"])
def test_a_data_path_that_is_taken_as_it_is(lake: Config, tmp_path: Path, data_path: str) -> None:
    made = create(lake, str(tmp_path / "try.db"), data_path=str(tmp_path / data_path))
    assert made.data_path == f"{tmp_path}/{data_path}/"
    with open_lake(on_branch(lake, made.catalog), write=True) as branch:
        branch.connection.execute("CREATE TABLE lake.mine AS SELECT range AS a FROM range(100)")
        assert branch.connection.execute("SELECT count(*) FROM lake.t").fetchone() == (100,)
    assert len([*(tmp_path / data_path).rglob("*.parquet")]) == 1


@pytest.mark.parametrize("stored", ["S3A://pond/lake", "s3n://pond/lake/data/", "s3://pond/"])
def test_a_bucket_by_other_words(lake: Config, tmp_path: Path, stored: str) -> None:
    other = _changed(lake, tmp_path, f"UPDATE ducklake_metadata SET value = '{stored}' WHERE key = 'data_path'")
    with pytest.raises(InputError, match="is not apart from the lake's own data in "):
        create(other, str(tmp_path / "try.db"), data_path="s3://pond/lake")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ducklake_table SET path = 's3://pond/other/t/', path_is_relative = false",
        "UPDATE ducklake_schema SET path = 's3://pond/other/', path_is_relative = false",
        "UPDATE ducklake_data_file SET path = 's3://pond/other/f.parquet', path_is_relative = false",
    ],
)
def test_around_what_the_lake_has_elsewhere(lake: Config, tmp_path: Path, change: str) -> None:
    other = _changed(lake, tmp_path, change)
    with pytest.raises(InputError, match="is not apart from the lake's own data in s3://pond/other/"):
        create(other, str(tmp_path / "try.db"), data_path="s3://pond")


def test_a_branch_of_a_branch_is_apart_from_all(lake: Config, folder: Path, tmp_path: Path) -> None:
    """Also from the lake that the first one is of, though its own source is the second one."""
    config = lake
    for number in range(3):
        made = create(config, str(tmp_path / f"{number}.db"))
        config = on_branch(lake, made.catalog)
    for inside in (folder / "data", tmp_path / "0.db.files", tmp_path / "1.db.files", tmp_path / "2.db.files"):
        with pytest.raises(InputError, match="is not apart from the lake's own data in "):
            create(config, str(tmp_path / "try.db"), data_path=f"{inside}/new")
    assert create(config, str(tmp_path / "try.db")).source_data_path == f"{tmp_path}/2.db.files/"


@pytest.mark.parametrize("data_path", ["data", "data/main", "."])
def test_our_commands_give_a_branch_no_data_path_of_its_source(
    lake: Config, folder: Path, tmp_path: Path, data_path: str
) -> None:
    made = on_branch(lake, create(lake, str(tmp_path / "try.db")).catalog)
    moved = replace(made.connection, data_path=str(folder / data_path), override_data_path=True)
    with (
        pytest.raises(LakeError, match="where the lake that this is a branch of has its data"),
        open_lake(replace(made, connection=moved)),
    ):
        pass


def _changed(lake: Config, folder: Path, statement: str) -> Config:
    """A lake with the same data whose catalog says something else."""
    file = shutil.copy(lake.connection.duckdb_metadata_path, folder / "changed.db")
    with duckdb.connect(file) as catalog:
        catalog.execute(statement)
    return replace(lake, connection=Connection(duckdb_metadata_path=str(file)))
