"""One function for all formats of a diff."""

from typing import assert_never

from dt_contract import codec
from dt_contract.diff import DiffDocument
from dt_diff.formats import Format


def render(diff: DiffDocument, format: Format) -> str:  # noqa: A002 - the flag's own name
    """Gives the diff in a format, with a final newline."""
    match format:
        case "json":
            return codec.encode(diff).decode()
        case "text":
            from dt_diff.text import text_lines

            return "\n".join(text_lines(diff)) + "\n"
        case "github":
            from dt_diff.github import github_lines

            return "\n".join(github_lines(diff)) + "\n"
        case "junit":
            from dt_diff.junit import junit_xml

            return junit_xml(diff)
        case _:
            assert_never(format)
