"""A diff as JUnit XML, which most CI systems show as test results."""

import re
from xml.etree import ElementTree

from dt_contract.diff import Change, DiffDocument
from dt_contract.terminal import line
from dt_diff.text import change_lines, summary

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (its section 2.2)."""


def junit_xml(diff: DiffDocument) -> str:
    """Gives a test suite with a failed test case a change, or one that passes when nothing differs."""
    failures = str(len(diff.changes))
    suite = ElementTree.Element(
        "testsuite",
        name=_legal(f"{diff.expected.name} -> {diff.actual.name}"),
        tests=str(len(diff.changes) or 1),
        failures=failures,
        errors="0",
    )
    suite.extend(map(_test_case, diff.changes))
    if not diff.changes:
        ElementTree.SubElement(suite, "testcase", classname="schema", name="no differences")
    ElementTree.SubElement(suite, "system-out").text = _legal(summary(diff))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _test_case(change: Change) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=change.object, name=_legal(f"{change.name} {change.change}"))
    failure = ElementTree.SubElement(case, "failure", message=_legal(change_lines(change)[0]), type=change.change)
    failure.text = "\n".join(map(_legal, change_lines(change)))
    return case


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", line(text))
