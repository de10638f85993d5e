"""A branch equals its source: the rows of every table at every snapshot, and what is asked of statistics."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

import dt_branch.create_tables
from dt_branch.branch import create, on_branch
from dt_config.config import Config
from dt_contract.errors import InputError
from dt_lake.lake import Lake, attach_lake, connect
from dt_lake.sql import literal, name

_TABLES = """
SELECT s.schema_name, t.table_name FROM {tables} t JOIN {schemas} s USING (schema_id)
WHERE t.begin_snapshot <= {at} AND (t.end_snapshot IS NULL OR t.end_snapshot > {at}) ORDER BY ALL
"""


@contextmanager
def opened(config: Config, *, write: bool = False) -> Iterator[Lake]:
    with closing(connect(config, write=write)) as connection:
        connection.execute("SET threads = 1")
        yield attach_lake(connection, config, write=write)


def snapshots(lake: Lake) -> list[int]:
    query = f"SELECT snapshot_id FROM {lake.metadata('ducklake_snapshot')} ORDER BY ALL"
    return [row[0] for row in lake.connection.execute(query).fetchall()]


def rows(lake: Lake, at: int) -> dict[str, Any]:
    """The rows of each table at a snapshot, with their row ids and the snapshots that they came with."""
    query = _TABLES.format(tables=lake.metadata("ducklake_table"), schemas=lake.metadata("ducklake_schema"), at=at)
    paths = [name(lake.catalog, *row) for row in lake.connection.execute(query).fetchall()]
    found: dict[str, Any] = {path: [] for path in paths}
    some = (
        f"SELECT {literal(path)}, rowid, snapshot_id, t::VARCHAR FROM {path} AS t AT (VERSION => {at})"
        for path in paths
    )
    for path, *row in lake.connection.execute(f"{' UNION ALL '.join(some)} ORDER BY ALL").fetchall() if paths else ():
        found[path].append(row)
    return found


def answers(lake: Lake) -> dict[str, object]:
    """What DuckLake answers by its statistics."""
    query = _TABLES.format(tables=lake.metadata("ducklake_table"), schemas=lake.metadata("ducklake_schema"), at=10**9)
    found: dict[str, object] = {}
    for schema, table in lake.connection.execute(query).fetchall():
        path = name(lake.catalog, schema, table)
        (column, type_, *_), *_ = lake.connection.execute(f"DESCRIBE {path}").fetchall()
        asked = f"SELECT min({name(column)})::VARCHAR, max({name(column)})::VARCHAR, count(*) FROM {path}"
        some = f"SELECT {name(column)}::VARCHAR FROM {path} ORDER BY 1 NULLS LAST LIMIT 1"
        value = lake.connection.execute(some).fetchone()
        where = f"SELECT count(*) FROM {path} WHERE {name(column)} = ?::{type_}"
        count = lake.connection.execute(where, [value[0]]).fetchone() if value else None
        found[path] = (lake.connection.execute(asked).fetchone(), count)
    return found


def past(lake: Lake, step: int) -> dict[int, object]:
    return {at: rows(lake, at) for at in snapshots(lake)[::-step]}


@pytest.mark.parametrize(
    ("step", "many"),
    [
        pytest.param(4, 1_000, id="some snapshots"),
        pytest.param(20, 1, id="two sessions make its tables"),
        pytest.param(1, 1_000, id="every snapshot", marks=pytest.mark.slow),
    ],
)
def test_a_branch_equals_its_source_at_every_snapshot(
    rich: Config, tmp_path: Path, step: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dt_branch.create_tables, "MANY", many)
    made = create(rich, str(tmp_path / "try.db"))
    with opened(rich) as lake:
        assert made.snapshot == snapshots(lake)[-1]
        assert made.data_path == f"{tmp_path}/try.db.files/"
        source, asked = past(lake, step), answers(lake)
    with opened(on_branch(rich, made.catalog)) as branch:
        assert past(branch, step) == source
        assert answers(branch) == asked
        assert branch.branch is not None
        assert (branch.branch.snapshot, branch.branch.lake) == (made.snapshot, made.lake)


@pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.slow)])
def test_a_branch_at_a_snapshot_equals_the_past_and_goes_on_from_there(rich: Config, tmp_path: Path, step: int) -> None:
    with opened(rich) as lake:
        kept = snapshots(lake)[3::step]
        source = {at: rows(lake, at) for at in kept}
    for at in kept:
        made = create(rich, str(tmp_path / f"{at}.db"), at=at)
        with opened(on_branch(rich, made.catalog), write=True) as branch:
            assert snapshots(branch)[-1] == at
            assert rows(branch, at) == source[at]
            assert rows(branch, kept[0]) == source[kept[0]]
            _goes_on(branch, at)


def _goes_on(branch: Lake, at: int) -> None:
    """What later snapshots of the source had must not come back under the same numbers."""
    before = rows(branch, at)
    run = branch.connection.execute
    for number in range(4):
        run(f"CREATE TABLE lake.new_{number} (a INTEGER)")
        run(f"INSERT INTO lake.new_{number} VALUES ({number})")
    now = rows(branch, snapshots(branch)[-1])
    assert {path: now[path] for path in before} == before, at
    for path, some in before.items():
        (column, type_, *_), *_ = run(f"DESCRIBE {path}").fetchall()
        if type_ in ("INTEGER", "BIGINT"):
            run(f"INSERT INTO {path} ({name(column)}) VALUES (1000)")
            values = sorted(
                row[0] for row in run(f"SELECT {name(column)} FROM {path}").fetchall() if row[0] is not None
            )
            assert len(values) <= len(some) + 1
            asked = run(f"SELECT min({name(column)}), max({name(column)}) FROM {path}").fetchone()
            assert asked == (values[0], values[-1]), (at, path)
            assert run(f"SELECT count(*) FROM {path} WHERE {name(column)} = 1000").fetchone() == (values.count(1000),)


def test_a_snapshot_that_is_not_there(rich: Config, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"snapshot 999 is not in this lake \(available: 0 to"):
        create(rich, str(tmp_path / "try.db"), at=999)
    assert not list(tmp_path.glob("*try*"))


def test_what_is_there_stays(rich: Config, tmp_path: Path) -> None:
    file = tmp_path / "try.db"
    file.write_text("mine")
    with pytest.raises(InputError, match="there is something of this name already"):
        create(rich, str(file))
    assert file.read_text() == "mine"


def test_a_writer_may_go_on_after_the_copy(own: Config, tmp_path: Path) -> None:
    create(own, str(tmp_path / "try.db"))
    with opened(own, write=True) as lake:
        lake.connection.execute("INSERT INTO lake.small VALUES (9, 'nine', 9)")
        assert lake.connection.execute("SELECT count(*) FROM lake.small").fetchone() == (4,)
