import pytest

from dt_contract.schema import Column, Table
from dt_diff.identity import ONE_LAKE, TWO_LAKES
from dt_diff.keys import same_keys


def table(names: dict[int, str], *keys: str) -> Table:
    columns = tuple(Column(id=number, name=name, type="INTEGER") for number, name in names.items())
    return Table(id=1, uuid="t", schema="main", name="t", columns=columns, partition_by=keys)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        pytest.param(table({2: "a"}), table({2: "a"}), True, id="none"),
        pytest.param(table({2: "a"}, "a"), table({2: "a"}, "a"), True, id="the same"),
        pytest.param(table({2: "a"}, "a"), table({2: "a"}), False, id="no more"),
        pytest.param(table({2: "a"}), table({2: "a"}, "a"), False, id="new"),
        pytest.param(table({2: "a"}, "a"), table({2: "a"}, "year(a)"), False, id="another transform"),
        pytest.param(table({2: "a"}, "bucket(4, a)"), table({2: "b c"}, 'bucket(4, "b c")'), True, id="renamed column"),
        pytest.param(table({2: "a", 3: "b"}, "a"), table({2: "b", 3: "a"}, "a"), False, id="swapped columns"),
        pytest.param(table({2: "a"}, "a + 1"), table({2: "b"}, "a + 1"), True, id="an expression"),
    ],
)
def test_partition_keys_of_one_lake(before: Table, after: Table, same: bool) -> None:
    assert same_keys(before, after, ONE_LAKE) == (same, True)
    assert same_keys(after, before, ONE_LAKE) == (same, True)


def test_a_renamed_column_in_two_lakes() -> None:
    assert same_keys(table({2: "a"}, "a"), table({2: "b"}, "b"), TWO_LAKES) == (False, True)
