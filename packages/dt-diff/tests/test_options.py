import pytest

from dt_contract.diff import Change, Detail
from dt_diff.options import compare_lake_options, compare_options

MODIFIED = Change(
    change="modified",
    object="option",
    name="main.t.x",
    before="1",
    after="2",
    details=(Detail(field="value", before="1", after="2"),),
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({"x": "1"}, {"x": "1"}, [], id="equal"),
        pytest.param({}, {"x": "1"}, [Change(change="added", object="option", name="main.t.x", after="1")], id="added"),
        pytest.param(
            {"x": "1"}, {}, [Change(change="removed", object="option", name="main.t.x", before="1")], id="removed"
        ),
        pytest.param({"x": "1", "y": "1"}, {"x": "2", "y": "1"}, [MODIFIED], id="modified"),
    ],
)
def test_options(before: dict[str, str], after: dict[str, str], expected: list[Change]) -> None:
    assert list(compare_options(before, after, "main.t")) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({}, {"parquet_compression": "zstd"}, ["parquet_compression"], id="an option of the lake"),
        pytest.param({}, {"odd name": "1"}, ['"odd name"'], id="a name that needs quotes"),
        pytest.param(
            {"data_path": "a/", "created_by": "x", "encrypted": "false", "version": "1"}, {}, [], id="no option"
        ),
    ],
)
def test_lake_options(before: dict[str, str], after: dict[str, str], expected: list[str]) -> None:
    assert [change.name for change in compare_lake_options(before, after)] == expected
