"""What generated SQL costs."""

import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from dt_contract import codec
from dt_contract.schema import Column, Lake, SchemaDocument, Table
from dt_diff.compare import compare
from dt_diff.render import render
from dt_diff.sql.generate import generate
from dt_diff.sql.text import sql_text

MOST = 1.3
"""Times what a diff of the same documents takes, both read from JSON."""


def documents() -> tuple[bytes, bytes]:
    """Return 10,000 tables, and the same with 100 differences."""
    columns = tuple(Column(id=number, name=f"c{number}", type="INTEGER") for number in range(1, 11))
    tables = [Table(id=n, uuid=f"u{n}", schema="main", name=f"t{n:05}", columns=columns) for n in range(10_000)]
    before = SchemaDocument(lake=Lake(id="x"), tables=tuple(tables), options={})
    for number in range(0, 10_000, 100):
        table = tables[number]
        match number // 100 % 4:
            case 0:
                tables[number] = replace(table, name=f"{table.name}_new")
            case 1:
                tables[number] = replace(table, columns=columns[1:])
            case 2:
                tables[number] = replace(table, columns=(replace(columns[0], type="SMALLINT"), *columns[1:]))
            case _:
                tables[number] = replace(table, comment="c")
    return codec.encode(before), codec.encode(replace(before, tables=tuple(tables)))


@pytest.mark.timed
def test_sql_costs_hardly_more_than_a_diff() -> None:
    given = documents()

    def read() -> list[SchemaDocument]:
        return [codec.decode(one, SchemaDocument, reader="test", source="test") for one in given]

    diff = least(lambda: render(compare(*read(), expected_name="a", actual_name="b"), "json"))
    assert least(lambda: sql_text(generate(*read()))) <= MOST * diff


def least(work: Callable[[], object]) -> float:
    """Return the least of seconds of this process that the work takes."""

    def seconds() -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return min(seconds() for _ in range(5))
