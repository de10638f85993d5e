"""A branch's SQLite file that can't be written."""

from pathlib import Path

import duckdb
import pytest

from dt_branch.into_sqlite import into_sqlite
from dt_contract.errors import LakeError
from dt_lake.extensions import load_extension


def test_the_reason_is_given_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "branch.sqlite-journal").mkdir()
    with duckdb.connect() as connection:
        for extension in ("ducklake", "sqlite"):
            load_extension(connection, extension)
        with pytest.raises(LakeError) as caught:
            into_sqlite(connection, str(tmp_path / "draft"), str(tmp_path / "branch.sqlite"), str(tmp_path / "data/"))
    assert str(caught.value) == f"{tmp_path}: no SQLite file can be written here: unable to open database file"
