"""DL405: RESET, and then SET of the same kind of keys. More sequences: test_one_transaction.py."""

import pytest

from support.project import Project
from support.rules import without_rule, write

TABLE = "CREATE TABLE t (i INTEGER, j INTEGER);"
LOSING = [
    pytest.param([TABLE, "ALTER TABLE t RESET SORTED BY;\nALTER TABLE t SET SORTED BY (i);"], id="sorted"),
    pytest.param(
        [
            TABLE,
            "\n".join(
                f"ALTER TABLE t {keys};" for keys in ("SET SORTED BY (j)", "RESET SORTED BY", "SET SORTED BY (i)")
            ),
        ],
        id="sorted, set before",
    ),
    pytest.param(
        [
            TABLE,
            "ALTER TABLE t SET PARTITIONED BY (j);\nALTER TABLE t RESET PARTITIONED BY;\n"
            "ALTER TABLE t SET PARTITIONED BY (i);",
        ],
        id="partitioned",
    ),
]


def keys(project: Project) -> list[str]:
    (table,) = project.call("dt-snapshot").json["tables"]
    return [*table["partition_by"], *table["sorted_by"]]


@pytest.mark.parametrize("files", LOSING)
def test_it_is_refused(duckdb_project: Project, files: list[str]) -> None:
    write(duckdb_project, *files)
    refused = duckdb_project.main("migrate")
    assert (refused.code, "BY after a RESET in one transaction loses the keys" in refused.err) == (4, True)
    assert f"V2__x.sql:{len(files[-1].splitlines())}: SET " in refused.err


@pytest.mark.parametrize("files", LOSING)
def test_the_keys_are_lost(duckdb_project: Project, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    """Without the rule."""
    write(duckdb_project, *files)
    without_rule(monkeypatch, "DL405")
    assert duckdb_project.main("migrate").code == 0
    assert keys(duckdb_project) == []


@pytest.mark.parametrize("files", LOSING)
def test_nothing_is_lost_in_several_migrations(duckdb_project: Project, files: list[str]) -> None:
    write(duckdb_project, *"\n".join(files).split("\n"))
    assert duckdb_project.main("migrate").code == 0
    (key,) = keys(duckdb_project)
    assert key.startswith("i")
