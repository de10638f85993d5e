from xml.etree import ElementTree

import pytest

from dt_contract.diff import Change, Detail, DiffDocument, Side
from dt_diff.junit import junit_xml
from dt_diff.report import report


def diff(*changes: Change) -> DiffDocument:
    counts = {"modified": len(changes)} if changes else {}
    return DiffDocument(expected=Side(name="a"), actual=Side(name="stdin"), changes=changes, counts=counts)


def modified(name: str, comment: str) -> Change:
    detail = Detail(field="comment", before=None, after=comment)
    return Change(change="modified", object="table", name=name, details=(detail,))


def test_a_change_is_a_failure() -> None:
    assert junit_xml(report(diff(modified("main.t", 'a < "b" & c')))) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<testsuites>\n"
        '  <testsuite name="a -&gt; stdin" tests="1" failures="1" errors="0">\n'
        '    <testcase classname="table" name="main.t modified">\n'
        '      <failure message="~ table main.t" type="modified">~ table main.t\n'
        '    comment: (none) -&gt; a &lt; "b" &amp; c</failure>\n'
        "    </testcase>\n"
        "    <system-out>1 change: 1 modified</system-out>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_no_change_is_a_test_that_passes() -> None:
    (suite,) = ElementTree.fromstring(junit_xml(report(diff())))
    assert suite.attrib == {"name": "a -> stdin", "tests": "1", "failures": "0", "errors": "0"}
    assert [(case.get("name"), len(case)) for case in suite.findall("testcase")] == [("no differences", 0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\x00b", "a\\x00b", id="a control character"),
        pytest.param("a\ufffeb", "ab", id="no character at all"),
        pytest.param("a\ud800b", "a\\ud800b", id="half a pair"),
        pytest.param("a]]>b", "a]]>b", id="the end of CDATA"),
        pytest.param("a\U0001f986b", "a\U0001f986b", id="a duck"),
    ],
)
def test_whatever_a_comment_holds_is_valid(text: str, expected: str) -> None:
    (suite,) = ElementTree.fromstring(junit_xml(report(diff(modified("main.t", text)))))
    assert suite.findtext("testcase/failure") == f"~ table main.t\n    comment: (none) -> {expected}"
