"""ducktracker baseline: take an existing lake under version control."""

import argparse

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from ducktracker.cli.arguments import Commands, add_command, add_new_history, version
from ducktracker.cli.context import configured, tell


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "put an existing lake under version control"
    baseline = add_command(commands, "baseline", about, document="result")
    add_new_history(baseline)
    baseline.add_argument("-v", "--version", metavar="N", type=version, required=True, help="the version of the lake")
    baseline.add_argument("-d", "--description", metavar="TEXT", default="baseline", help="its description [baseline]")
    return baseline


def run(arguments: argparse.Namespace) -> int:
    """Record it."""
    from dt_contract.streams import write_document
    from ducktracker.history.baseline import baseline

    config, version = configured(arguments), arguments.version
    result = baseline(config, version, arguments.description, new_history=arguments.new_history)
    if arguments.json:
        write_document(result)
    else:
        done = "already baselined" if result.migrations[0].outcome == "skipped" else "baselined"
        tell(arguments, f"{done} at version {version}; migrations up to V{version} count as applied")
    return Exit.DONE
