"""The pages keep to docs/wording.md where a test can tell, and none of them is lost."""

import re
import subprocess

from support.blocks import READMES, ROOT

RULES = ROOT / "packages/ducktracker/docs/wording.md"
# With a letter in brackets, so that this file doesn't hold them either.
_WORD = re.compile(r"\b(Give[s]|men[d]s?|ane[w]|shal[l]|counts no mor[e]|holds agains[t])\b")
_TEXT = {".py", ".md", ".toml", ".txt", ".json", ".sql", ".yml", ""}


def test_no_file_has_a_word_that_is_avoided() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name not in ("", "LICENSE")]
    texts = {path: path.read_text("utf-8") for path in paths if path.suffix in _TEXT and path != RULES}
    found = {f"{path.relative_to(ROOT)}: {word}" for path, text in texts.items() for word in _WORD.findall(text)}
    assert found == set()


def test_each_page_of_the_docs_is_on_the_front_page() -> None:
    front = (ROOT / "README.md").read_text("utf-8")
    pages = [str(page.relative_to(ROOT)) for page in READMES if page.parent == RULES.parent]
    assert len(pages) > 15
    assert [page for page in pages if f"({page})" not in front] == []
