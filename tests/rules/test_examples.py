"""docs/lint.md: each rule has a section, whose failing example is found under its code, and whose passing one is not.

Its blocks of SQL are migrations: `given` is applied before, `fails` is one file, and each `passes` is one.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from dt_lint.all_rules import all_rules
from dt_lint.rule import Rule
from support.blocks import ROOT, Block, read_blocks
from support.project import Project

PAGE = ROOT / "packages/ducktracker/docs/lint.md"
_HEADING = re.compile(r'^### <a id="(?P<anchor>\w+)"></a>(?P<code>DL\d+): (?P<title>.+)$', re.MULTILINE)


class Section(NamedTuple):
    """A section, and the migrations in it."""

    anchor: str
    title: str
    blocks: list[Block]

    def files(self, word: str) -> list[str]:
        return [block.text for block in self.blocks if word in block.options]


def sections() -> dict[str, Section]:
    text = PAGE.read_text(encoding="utf-8")
    headings = list(_HEADING.finditer(text))
    starts = [text.count("\n", 0, found.start()) for found in headings]
    blocks = read_blocks(PAGE)
    return {
        found["code"]: Section(
            found["anchor"], found["title"], [block for block in blocks if first < block.line <= next_]
        )
        for found, first, next_ in zip(headings, starts, [*starts[1:], text.count("\n")], strict=True)
    }


RULES = [pytest.param(rule, id=rule.code) for rule in all_rules()]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_a_section(rule: Rule) -> None:
    section = sections()[rule.code]
    assert (section.anchor, section.title) == (rule.code.lower(), rule.title)
    assert (len(section.files("fails")), bool(section.files("passes"))) == (1, True)


def test_codes_are_of_one_rule_each_and_sections_in_their_order() -> None:
    assert list(sections()) == [rule.code for rule in all_rules()]


def test_each_file_of_a_rule_has_a_file_of_tests() -> None:
    rules = {path.stem for path in (ROOT / "packages/dt-lint/src/dt_lint/rules").glob("[!_]*.py")}
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert (len(rules), rules) == (len(all_rules()), tests - {"examples"})


@pytest.mark.parametrize("rule", RULES)
def test_the_failing_example_fails_and_the_passing_one_passes(rule: Rule, request: pytest.FixtureRequest) -> None:
    section = sections()[rule.code]
    backend = next((block.options["on"] for block in section.blocks if "on" in block.options), "duckdb")
    project: Project = request.getfixturevalue(f"{backend}_project")
    given, (fails,), passes = (section.files(word) for word in ("given", "fails", "passes"))
    for version, sql in enumerate([*given, fails], start=1):
        project.migration(f"V{version}__x.sql", sql)
    last = len(given) + 1
    refused = project.main("migrate")
    assert refused.code in ((2,) if rule.check else (2, 4)), refused.err
    assert f"V{last}__x.sql:" in refused.err.splitlines()[0]
    assert refused.err.splitlines()[0].endswith(f"({rule.code})")
    found = project.pipe("dt-scan | dt-lint", pipefail=False)
    assert [one["code"] for one in found.json["findings"]][:1] == ([rule.code] if rule.check else [])
    for version, sql in enumerate(passes, start=last):
        project.migration(f"V{version}__x.sql", sql)
    assert project.pipe("dt-scan | dt-lint").json["findings"] == []
    ran = project.main("migrate")
    assert (ran.code, ran.err) == (0, "")
