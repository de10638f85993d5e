import subprocess
import sys

import pytest

from dt_contract.hazards import ALLOWABLE, HAZARDS, RULES, rule


def test_each_hazard_has_rules_and_each_rule_a_hazard() -> None:
    assert {found.hazard for found in RULES} == set(ALLOWABLE) == {*HAZARDS, "UNKNOWN"}


def test_codes_are_sorted_and_unique() -> None:
    codes = [found.code for found in RULES]
    assert codes == sorted(set(codes))


def test_a_rule_by_its_code() -> None:
    assert rule("DL103").title == "column dropped"
    with pytest.raises(KeyError):
        rule("DL999")


def test_parsers_can_list_hazards_without_loading_msgspec() -> None:
    code = "import dt_contract.hazards, sys; print('msgspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
