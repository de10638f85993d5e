"""Which types ALTER … TYPE turns into which; tests/change/test_types.py asks DuckLake."""

import pytest

from dt_diff.sql.widening import widens


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("INTEGER", "BIGINT", True),
        ("BIGINT", "INTEGER", False),
        ("UINTEGER", "BIGINT", True),
        ("UINTEGER", "INTEGER", False),
        ("INTEGER", "UINTEGER", False),
        ("HUGEINT", "DOUBLE", True),
        ("DOUBLE", "FLOAT", False),
        ("SMALLINT", "DECIMAL(5,0)", True),
        ("SMALLINT", "DECIMAL(5,1)", False),
        ("DECIMAL(10,2)", "DECIMAL(12,4)", True),
        ("DECIMAL(10,2)", "DECIMAL(12,1)", False),
        ("DATE", "TIMESTAMP", True),
        ("TIMESTAMP", "DATE", False),
        ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", True),
        ("INTEGER", "VARCHAR", False),
        ("VARCHAR", "JSON", False),
    ],
)
def test_widens(before: str, after: str, expected: bool) -> None:
    assert widens(before, after) is expected
