from operator import itemgetter

import pytest

from dt_diff.matching import Matches, Rule, match

Item = tuple[int | None, str]
BY_NUMBER: Rule[Item] = Rule(itemgetter(0))
BY_NAME: Rule[Item] = Rule(itemgetter(1))
NAME_WITHOUT_NUMBER: Rule[Item] = Rule(itemgetter(1), lambda before, after: before[0] is None or after[0] is None)


@pytest.mark.parametrize(
    ("before", "after", "rules", "expected"),
    [
        pytest.param([], [], [BY_NUMBER], Matches([], [], []), id="nothing"),
        pytest.param([(1, "a")], [(1, "b")], [BY_NUMBER], Matches([((1, "a"), (1, "b"))], [], []), id="by the key"),
        pytest.param([(1, "a")], [(2, "a")], [BY_NUMBER], Matches([], [(1, "a")], [(2, "a")]), id="other keys"),
        pytest.param(
            [(None, "a")],
            [(None, "b")],
            [BY_NUMBER],
            Matches([], [(None, "a")], [(None, "b")]),
            id="no key matches none",
        ),
        pytest.param(
            [(1, "a"), (2, "b")],
            [(1, "b"), (3, "a")],
            [BY_NUMBER, BY_NAME],
            Matches([((1, "a"), (1, "b"))], [(2, "b")], [(3, "a")]),
            id="what the first rule paired is not there for the second",
        ),
        pytest.param(
            [(1, "a"), (2, "b")],
            [(9, "a"), (2, "c")],
            [BY_NUMBER, BY_NAME],
            Matches([((2, "b"), (2, "c")), ((1, "a"), (9, "a"))], [], []),
            id="the second rule pairs what is left",
        ),
        pytest.param(
            [(1, "a"), (2, "b")],
            [(3, "a"), (None, "b")],
            [NAME_WITHOUT_NUMBER],
            Matches([((2, "b"), (None, "b"))], [(1, "a")], [(3, "a")]),
            id="a rule that does not allow all",
        ),
        pytest.param(
            [(1, "a"), (1, "b")],
            [(1, "c"), (1, "d")],
            [BY_NUMBER],
            Matches([((1, "a"), (1, "c")), ((1, "b"), (1, "d"))], [], []),
            id="two with one key pair in their order",
        ),
    ],
)
def test_match(before: list[Item], after: list[Item], rules: list[Rule[Item]], expected: Matches[Item]) -> None:
    assert match(before, after, rules) == expected
