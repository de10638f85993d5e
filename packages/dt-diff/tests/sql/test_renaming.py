"""Renames, each of which must find its new name free."""

from random import Random

import pytest

from dt_contract.identifiers import fold
from dt_diff.sql.renaming import FreeNames, rename_steps


@pytest.mark.parametrize(
    ("renames", "steps"),
    [
        pytest.param([], [], id="none"),
        pytest.param([("a", "b")], [("a", "b")], id="one"),
        pytest.param([("a", "b"), ("b", "c")], [("b", "c"), ("a", "b")], id="what is in the way goes first"),
        pytest.param(
            [("a", "b"), ("b", "a")], [("a", "a__old"), ("b", "a"), ("a__old", "b")], id="a swap through a third name"
        ),
        pytest.param([("a", "A")], [("a", "a__old"), ("a__old", "A")], id="another case through a third name"),
    ],
)
def test_the_order(renames: list[tuple[str, str]], steps: list[tuple[str, str]]) -> None:
    assert rename_steps(renames, FreeNames(name for pair in renames for name in pair)) == steps


def test_a_third_name_is_one_that_nobody_has() -> None:
    assert rename_steps([("a", "A")], FreeNames(["a", "A__OLD"])) == [("a", "a__old2"), ("a__old2", "A")]


@pytest.mark.parametrize("seed", range(20))
def test_any_renames_end_where_they_should(seed: int) -> None:
    random = Random(seed)
    old = [f"c{number}" for number in range(9)]
    new = [random.choice((name, name.upper(), f"{name}_new")) for name in random.sample(old, len(old))]
    names = {fold(name): name for name in old}
    changed = [(before, after) for before, after in zip(old, new, strict=True) if before != after]
    for before, after in rename_steps(changed, FreeNames([*old, *new])):
        assert names.pop(fold(before)) == before
        assert fold(after) not in names
        names[fold(after)] = after
    assert sorted(names.values()) == sorted(new)
