"""What the faults of a server and of its network are tried with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.postgres import Postgres
from support.proxy import Proxy


@pytest.fixture
def proxy(postgres: Postgres, tmp_path: Path) -> Iterator[Proxy]:
    """A proxy before the server, which lets everything through."""
    folder = tmp_path / "s"
    folder.mkdir()
    made = Proxy(folder, Path(postgres.host))
    yield made
    made.close()
