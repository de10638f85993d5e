"""Lakes with all that a branch has to copy, on each kind of catalog."""

from pathlib import Path

import pytest

from dt_config.config import Config
from support.backends import BACKENDS, Catalogs, catalogs
from support.postgres import postgres
from support.rich_lake import copy_of, fill, new_lake

__all__ = ["postgres"]


@pytest.fixture(scope="session", params=BACKENDS)
def rich(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A lake with a past of many snapshots. It is that of all tests, so none may change it."""
    config = new_lake(tmp_path_factory.mktemp("rich"), _server(request, request.param))
    fill(config)
    return config


@pytest.fixture
def own(request: pytest.FixtureRequest, rich: Config, tmp_path: Path) -> Config:
    """A lake like `rich` that the test may change."""
    return copy_of(rich, tmp_path, _server(request, rich.connection.catalog_backend))


def _server(request: pytest.FixtureRequest, backend: str) -> Catalogs:
    return catalogs(request, backend)
