"""A report as JUnit XML, which most CI systems show as test results."""

import re
from xml.etree import ElementTree

from dt_contract.terminal import line
from dt_diff.report import Finding, Report

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (its section 2.2)."""


def junit_xml(report: Report) -> str:
    """Return a test suite with a failed test case a finding, or one that passes when there is none."""
    many = len(report.findings)
    suite = ElementTree.Element(
        "testsuite", name=_legal(report.title), tests=str(many or 1), failures=str(many), errors="0"
    )
    suite.extend(map(_test_case, report.findings))
    if not many:
        ElementTree.SubElement(suite, "testcase", classname=report.kind, name=report.clean)
    ElementTree.SubElement(suite, "system-out").text = _legal(report.summary)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _test_case(finding: Finding) -> ElementTree.Element:
    name = _legal(f"{finding.name} {finding.problem}")
    case = ElementTree.Element("testcase", classname=finding.kind, name=name)
    if finding.file:
        case.set("file", _legal(finding.file))
    if finding.line:
        case.set("line", str(finding.line))
    failure = ElementTree.SubElement(case, "failure", message=_legal(finding.lines[0]), type=finding.problem)
    failure.text = "\n".join(map(_legal, finding.lines))
    return case


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", line(text))
