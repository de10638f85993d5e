"""The one line about a DuckDB or DuckLake that is newer than the tests."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dt_config.config import Config, Connection
from dt_lake.lake import connect
from dt_lake.tested import TESTED, _warn_once, warn_if_untested
from support.lakes import extension

DUCKLAKE = TESTED[duckdb.__version__]
NEWEST = "DuckDB 1.5.5 and DuckLake d8a1881e are the newest that it is tested with"


@pytest.fixture(autouse=True)
def _not_said_yet() -> Iterator[None]:
    _warn_once.cache_clear()
    yield
    _warn_once.cache_clear()


def test_this_one_is_tested(capsys: pytest.CaptureFixture[str]) -> None:
    connect(Config()).close()
    assert capsys.readouterr() == ("", "")


def test_the_known_build_from_elsewhere_is_tested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ducklake.duckdb_extension").symlink_to(extension("ducklake"))
    connect(Config(connection=Connection(extensions_path=str(tmp_path)))).close()
    assert capsys.readouterr() == ("", "")


def test_another_build_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(TESTED, duckdb.__version__, "0000000")
    (tmp_path / "ducklake.duckdb_extension").symlink_to(extension("ducklake"))
    for _ in range(2):
        connect(Config(connection=Connection(extensions_path=str(tmp_path)))).close()
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"ducktracker: DuckLake {DUCKLAKE} is untested with this version of ducktracker; ")


@pytest.mark.parametrize(
    ("version", "said"),
    [
        pytest.param("1.5.2", "", id="the oldest"),
        pytest.param(
            "1.5.6",
            f"ducktracker: DuckDB 1.5.6 is untested with this version of ducktracker; {NEWEST}\n",
            id="a newer one",
        ),
        pytest.param(
            "1.10.0.dev3",
            f"ducktracker: DuckDB 1.10.0.dev3 is untested with this version of ducktracker; {NEWEST}\n",
            id="numbers, not words",
        ),
    ],
)
def test_version(version: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(duckdb, "__version__", version)
    with duckdb.connect() as connection:
        warn_if_untested(connection, bundled=True)
    assert capsys.readouterr() == ("", said)


def test_bundled_brings_a_tested_pair() -> None:
    assert duckdb.__version__ in TESTED
