"""The pages keep to docs/wording.md where a test can tell, and none of them is lost."""

import re

from support.blocks import READMES, ROOT

RULES = ROOT / "packages/ducktracker/docs/wording.md"
_AVOIDED = re.compile(r"\b(Gives|mend|mends|anew|shall|counts no more|holds against)\b")


def test_no_page_has_a_word_that_is_avoided() -> None:
    pages = {*READMES, *ROOT.glob("packages/*/src/**/*.md")} - {RULES}
    found = {
        f"{page.relative_to(ROOT)}: {word}" for page in pages for word in _AVOIDED.findall(page.read_text("utf-8"))
    }
    assert found == set()


def test_each_page_of_the_docs_is_on_the_front_page() -> None:
    front = (ROOT / "README.md").read_text("utf-8")
    pages = [str(page.relative_to(ROOT)) for page in READMES if page.parent == RULES.parent]
    assert len(pages) > 15
    assert [page for page in pages if f"({page})" not in front] == []
