"""The SQL of a whole schema, run in a new lake, makes that schema."""

from pathlib import Path
from random import Random

import pytest

from dt_config.config import Config
from dt_contract.schema import SchemaDocument
from dt_diff.sql.generate import generate
from support import rich_lake
from support.backends import BACKENDS, Catalogs, catalogs
from support.generated import apply, differences, schema
from support.random_schema import random_lake

NOTHING = SchemaDocument(options={})


@pytest.fixture(params=BACKENDS)
def server(request: pytest.FixtureRequest) -> Catalogs:
    """The server that has the catalogs, if that is PostgreSQL."""
    return catalogs(request, request.param)


def made_again(config: Config, folder: Path) -> list[str]:
    """Apply the SQL of the lake to the new lake of a configuration, and return what differs."""
    wanted = schema(config)
    generated = generate(NOTHING, wanted)
    assert {item.kind for item in generated.left_over} <= {"parameter type"}
    (folder / "new").mkdir()
    new = rich_lake.new_lake(folder / "new")
    apply(new, generated.parts, folder / "migrations")
    return differences(wanted, schema(new), generated.left_over)


def test_a_rich_lake(tmp_path: Path, server: Catalogs) -> None:
    (tmp_path / "old").mkdir()
    config = rich_lake.new_lake(tmp_path / "old", server)
    rich_lake.fill(config)
    assert made_again(config, tmp_path) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_random_lake(tmp_path: Path, server: Catalogs, seed: int) -> None:
    (tmp_path / "old").mkdir()
    config = random_lake(tmp_path / "old", server, Random(seed))
    assert made_again(config, tmp_path) == []
