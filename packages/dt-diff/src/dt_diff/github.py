"""A report as workflow commands, which GitHub Actions shows as annotations."""

from dt_contract.terminal import line
from dt_contract.workflow import workflow_command
from dt_diff.report import Finding, Report


def github_lines(report: Report) -> list[str]:
    """Return a command for each finding, and the summary as a plain last line."""
    return [*map(_command, report.findings), line(report.summary)]


def _command(finding: Finding) -> str:
    title = f"{finding.kind} {finding.name} {finding.problem}".rstrip()
    return workflow_command(finding.level, title, finding.lines, file=finding.file, at=finding.line)
