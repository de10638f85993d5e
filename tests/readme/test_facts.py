"""docs/ducklake-facts.md: each fact has an anchor and a test, and each place that cites a fact finds it."""

import re
from pathlib import Path

import pytest

from support.blocks import ROOT

PAGE = ROOT / "packages/ducktracker/docs/ducklake-facts.md"
TEXT = PAGE.read_text(encoding="utf-8")
MEASURED = "\n## Measured"
_ANCHOR = re.compile(r'<a id="([^"]*)"></a>')
_TEST = re.compile(r"\[`(test_\w+)`\]\(([^)]+\.py)\)")
_UPSTREAM = re.compile(r"\]\((https?://[^)]*)\)")
_CITED = re.compile(r"ducklake-facts(?:\.md)?(?P<anchor>#[\w-]+)?")
FACTS = [item for item in re.split(r"^(?=- <a id)", TEXT.partition(MEASURED)[0], flags=re.MULTILINE) if "<a id" in item]


def sources() -> list[Path]:
    return sorted(
        [*ROOT.glob("packages/*/src/**/*.py"), *ROOT.glob("packages/*/tests/*.py"), *ROOT.glob("tests/**/*.py")]
    )


def test_anchors_are_short_and_unique() -> None:
    anchors = _ANCHOR.findall(TEXT)
    assert len(set(anchors)) == len(anchors) > 50
    assert [anchor for anchor in anchors if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", anchor)] == []


@pytest.mark.parametrize("fact", [pytest.param(item, id=_ANCHOR.findall(item)[0]) for item in FACTS])
def test_a_fact_names_a_test_that_exists(fact: str) -> None:
    named = _TEST.findall(fact)
    assert named
    for test, path in named:
        assert f"def {test}(" in (PAGE.parent / path).read_text(encoding="utf-8"), f"{path} has no {test}"


def test_what_is_cited_is_there() -> None:
    anchors = set(_ANCHOR.findall(TEXT))
    wrong = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in sources()
        if path != Path(__file__)
        for found in _CITED.finditer(path.read_text(encoding="utf-8"))
        if found["anchor"] and found["anchor"][1:] not in anchors
    ]
    assert wrong == []


def test_no_fact_is_cited_by_a_number() -> None:
    numbered = re.compile(r"\btrap \d|ducklake-facts, ")
    files = [path for path in sources() if path != Path(__file__)]
    assert [str(path) for path in files if numbered.search(path.read_text(encoding="utf-8"))] == []


def test_upstream_links_are_of_ducklake() -> None:
    links = _UPSTREAM.findall(TEXT)
    assert links
    assert [
        url for url in links if not re.fullmatch(r"https://github\.com/duckdb/ducklake/(issues|pull)/\d+", url)
    ] == []
