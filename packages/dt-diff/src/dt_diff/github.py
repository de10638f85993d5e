"""A report as workflow commands, which GitHub Actions shows as annotations."""

from dt_contract.terminal import line
from dt_diff.report import Finding, Report


def github_lines(report: Report) -> list[str]:
    """Return a command for each finding, and the summary as a plain last line."""
    return [*map(_command, report.findings), line(report.summary)]


def _command(finding: Finding) -> str:
    file = f"file={_property(line(finding.file))}," if finding.file else ""
    file += f"line={finding.line}," if finding.line else ""
    title = line(f"{finding.kind} {finding.name} {finding.problem}".rstrip())
    return f"::{finding.level} {file}title={_property(title)}::{_data(chr(10).join(map(line, finding.lines)))}"


# The escapes are those of `command.ts` in actions/toolkit.
def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
