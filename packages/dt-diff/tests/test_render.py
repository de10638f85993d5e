from xml.etree import ElementTree

import pytest

from dt_contract import codec
from dt_contract.diff import Change, DiffDocument, Side
from dt_diff.formats import FORMATS, Format
from dt_diff.render import render

REMOVED = Change(change="removed", object="table", name="main.t\x1b", before="()", hazards=("DATA_LOSS",))
DIFF = DiffDocument(expected=Side(name="a"), actual=Side(name="b"), changes=(REMOVED,), counts={"removed": 1})


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_ends_with_a_line_end_and_hides_control_characters(format: Format) -> None:  # noqa: A002
    text = render(DIFF, format)
    assert text.endswith("\n")
    assert text.replace("\n", "").isprintable()


def test_json_is_the_document() -> None:
    assert render(DIFF, "json").encode() == codec.encode(DIFF)


def test_text_is_lines() -> None:
    assert render(DIFF, "text") == "- table main.t\\x1b ()   [DATA_LOSS]\n1 change: 1 removed\n"


def test_github_is_commands() -> None:
    assert render(DIFF, "github").startswith("::error title=table main.t\\x1b removed::")


def test_junit_is_xml() -> None:
    assert ElementTree.fromstring(render(DIFF, "junit")).tag == "testsuites"
