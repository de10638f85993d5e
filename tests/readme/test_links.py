"""Every link of a page to another one of this repo leads to a file, and to a heading or anchor of it."""

import re
from pathlib import Path

import pytest

from support.blocks import READMES, ROOT

_LINK = re.compile(r"\]\((?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
_CODE = re.compile(r"^```.*?^```\s*$|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """Return what a link to a page may name: its headings as GitHub spells them, and its explicit anchors."""
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    spelled = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return spelled | set(_ANCHOR.findall(text))


def broken(page: Path) -> list[str]:
    """Return the links of a page that lead nowhere."""
    found = []
    for link in _LINK.finditer(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in link["path"]:
            continue
        target = (page.parent / link["path"]).resolve() if link["path"] else page
        if not target.exists() or (link["anchor"] and link["anchor"] not in anchors(target)):
            found.append(link[0])
    return found


@pytest.mark.parametrize("page", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in READMES])
def test_links_lead_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('# A heading, here\n<a id="x"></a>\n[a](#x) [b](#a-heading-here) [c](#y) [d](no.md) `[e](no.md)`\n')
    assert broken(page) == ["](#y)", "](no.md)"]
