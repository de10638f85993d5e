"""ducktracker validate: what makes migrate refuse."""

import argparse

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_diff.formats import FORMATS
from ducktracker.cli.arguments import Commands, add_command, format_of
from ducktracker.cli.context import configured, notify

_REFUSED = ("version-collision", "out-of-order", "squashed", "unfinished")
"""The problems that end migrate with 1; the others end it with 2, such as a fault of the folder."""


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "report what migrate would refuse, such as edited files"
    validate = add_command(commands, "validate", about, document="validation", formats=FORMATS)
    validate.add_argument("--strict", action="store_true", help="exit 1 for warnings too")
    validate.add_argument("--files", action="store_true", help="check that every file with live rows exists")
    return validate


def run(arguments: argparse.Namespace) -> int:
    """Show it. Raises FilesLost if files of the lake are gone."""
    from msgspec.structs import replace

    from dt_history.problems import validate
    from dt_history.whole import all_lost_files, lost_files
    from dt_scan.folder import scan
    from ducktracker.drift.recorded import recorded
    from ducktracker.terminal.colour import print_text
    from ducktracker.terminal.findings import render_validation

    config, form = configured(arguments), format_of(arguments)
    found = scan(config.migrations.directory)
    history, unfinished, lost = recorded(config, all_lost_files if arguments.files else lost_files)
    result = validate(found, history, out_of_order=config.behavior.out_of_order)
    if unfinished:
        result = replace(result, problems=(*result.problems, unfinished))
    for warning in result.warnings if form == "text" else ():
        notify(warning)
    text = render_validation(result, form, config.migrations.directory, strict=arguments.strict)
    print_text(text, arguments.color if form == "text" else "never")
    if lost:
        raise lost
    if any(problem.code not in _REFUSED for problem in result.problems):
        return Exit.INPUT
    is_found = result.mismatches or result.problems or (arguments.strict and result.warnings)
    return Exit.FOUND if is_found else Exit.DONE
