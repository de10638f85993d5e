"""A plan in each format. Pure."""

from typing import Literal, assert_never

from dt_contract import codec
from dt_contract.plan import PlanDocument

PlanFormat = Literal["json", "text", "github", "markdown"]


def render_plan(plan: PlanDocument, form: PlanFormat, directory: str, *, each: bool) -> str:
    """Return the plan in a format, with a final newline; `directory` is that of the migrations."""
    match form:
        case "json":
            return codec.encode(plan).decode()
        case "text":
            from ducktracker.terminal.plan_text import plan_lines

            return "\n".join(plan_lines(plan, each=each)) + "\n"
        case "github":
            from dt_diff.render import render_report
            from ducktracker.terminal.plan_github import plan_report

            return render_report(plan_report(plan, directory), "github")
        case "markdown":
            from ducktracker.terminal.plan_markdown import markdown_lines

            return "\n".join(markdown_lines(plan)) + "\n"
        case _:
            assert_never(form)
