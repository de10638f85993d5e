"""One function for all formats of a diff, and one for those of any report."""

from typing import Literal, assert_never

from dt_contract import codec
from dt_contract.diff import DiffDocument
from dt_diff.formats import Format
from dt_diff.report import Report, report


def render(diff: DiffDocument, format: Format) -> str:  # noqa: A002 - the flag's own name
    """Return the diff in a format, with a final newline."""
    match format:
        case "json":
            return codec.encode(diff).decode()
        case "text":
            from dt_diff.text import text_lines

            return "\n".join(text_lines(diff)) + "\n"
        case "github" | "junit":
            return render_report(report(diff), format)
        case _:
            assert_never(format)


def render_report(found: Report, format: Literal["github", "junit"]) -> str:  # noqa: A002
    """Return a report for a CI system, with a final newline."""
    if format == "github":
        from dt_diff.github import github_lines

        return "\n".join(github_lines(found)) + "\n"
    from dt_diff.junit import junit_xml

    return junit_xml(found)
