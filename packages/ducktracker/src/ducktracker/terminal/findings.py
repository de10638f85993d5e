"""Prints findings in the format that was asked for."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

from dt_contract import codec
from dt_contract.diff import DiffDocument
from dt_contract.exits import Exit
from dt_contract.terminal import line
from dt_contract.validation import Mismatch, Problem, ValidationDocument
from dt_diff.formats import Format
from dt_diff.render import render, render_report
from dt_diff.report import Finding, Report
from ducktracker.terminal.colour import print_text


def show(diff: DiffDocument, form: Format, when: str | None = None) -> int:
    """Print the diff, in colour as `--color` says; exit 1 when there is any change."""
    print_text(render(diff, form), when if form == "text" else "never")
    return Exit.FOUND if diff.changes else Exit.DONE


def render_validation(validation: ValidationDocument, form: Format, directory: str, *, strict: bool) -> str:
    """Return a validation in a format, with a final newline; with `strict` its warnings are findings too."""
    match form:
        case "json":
            return codec.encode(validation).decode()
        case "text":
            found = [text for problem in validation.problems for text in map(line, _problem_lines(problem))]
            found += [text for item in validation.mismatches for text in map(line, _lines(item))]
            return "\n".join([*found, _summary(validation)]) + "\n"
        case "github" | "junit":
            return render_report(_report(validation, directory, strict=strict), form)
        case _:
            assert_never(form)


def _report(validation: ValidationDocument, directory: str, *, strict: bool) -> Report:
    folder = Path(os.path.relpath(directory))
    problems = [_finding(problem, folder) for problem in validation.problems]
    mismatches = [
        Finding("migration", item.script, "changed", _lines(item), (folder / item.script).as_posix())
        for item in validation.mismatches
    ]
    warnings = [Finding("migrations", str(folder), "warning", (text,)) for text in validation.warnings if strict]
    return Report(
        "validate", "migrations", (*problems, *mismatches, *warnings), _summary(validation), "all checksums match"
    )


def _finding(problem: Problem, folder: Path) -> Finding:
    lines = tuple(_problem_lines(problem))
    if problem.script is None:
        return Finding("migrations", str(folder), problem.code, lines)
    return Finding(
        "migration", problem.script, problem.code, lines, (folder / problem.script).as_posix(), line=problem.line
    )


def _problem_lines(problem: Problem) -> Iterator[str]:
    place = [] if problem.script is None else [problem.script]
    place += [] if problem.line is None else [str(problem.line)]
    yield ": ".join(filter(None, (":".join(place), problem.message)))
    if problem.hint:
        yield f"    {problem.hint}"


def _lines(item: Mismatch) -> tuple[str, ...]:
    return (
        f"{item.script}: changed after it was applied",
        f"    applied  {item.applied_checksum}",
        f"    file     {item.checksum}",
    )


def _summary(validation: ValidationDocument) -> str:
    many, others = len(validation.mismatches), len(validation.problems)
    counts = [f"{many} checksum mismatch{'' if many == 1 else 'es'}"] if many else []
    counts += [f"{others} {'other ' if many else ''}problem{'' if others == 1 else 's'}"] if others else []
    return " and ".join(counts) or "all checksums match"
