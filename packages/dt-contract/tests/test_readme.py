import re
from pathlib import Path

from dt_contract.exits import Exit
from dt_contract.jsonschema import DOCUMENTS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_every_kind_is_in_the_table() -> None:
    kinds = re.findall(r"^\| `(\w+)` \|.*\| `([\w.]+)` \|$", README, re.MULTILINE)
    assert sorted(kinds) == sorted((str(kind.__struct_config__.tag), kind.__module__) for kind in DOCUMENTS)


def test_every_exit_code_is_in_the_table() -> None:
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)] == sorted(Exit)
