import argparse

import pytest

from dt_config.flags import Flags, add_connection_flags, connection_flags


def parse(*argv: str) -> Flags:
    parser = argparse.ArgumentParser()
    add_connection_flags(parser)
    command = parser.add_subparsers().add_parser("run")
    add_connection_flags(command, default=argparse.SUPPRESS)
    return connection_flags(parser.parse_args(argv))


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        pytest.param([], Flags(), id="nothing"),
        pytest.param(["-c", "f", "run"], Flags("f"), id="file before the subcommand"),
        pytest.param(["run", "--config", "f"], Flags("f"), id="file after it"),
        pytest.param(["--catalog", "a", "run"], Flags(None, {"connection.catalog_name": "a"}), id="setting before"),
        pytest.param(["run", "--catalog", "a"], Flags(None, {"connection.catalog_name": "a"}), id="setting after"),
        pytest.param(
            ["--catalog", "a", "run", "--catalog", "b"], Flags(None, {"connection.catalog_name": "b"}), id="both"
        ),
        pytest.param(["--connection", ""], Flags(None, {"connection.postgres_connection": ""}), id="empty value"),
        pytest.param(
            ["--backend", "x", "run", "--metadata", "m", "--secrets-dir", "s"],
            Flags(
                None,
                {
                    "connection.catalog_backend": "x",
                    "connection.duckdb_metadata_path": "m",
                    "connection.secret_directory": "s",
                },
            ),
            id="some before and some after",
        ),
        pytest.param(
            ["--override-data-path", "run"], Flags(None, {"connection.override_data_path": "true"}), id="a switch"
        ),
    ],
)
def test_flags(argv: list[str], expected: Flags) -> None:
    assert parse(*argv) == expected
