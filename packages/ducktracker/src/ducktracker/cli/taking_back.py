"""What revert and undo share at the command line: they show what they would do, ask, and say what they did."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from dt_contract.errors import InputError
from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_contract.terminal import line
from ducktracker.cli.context import notify, tell

if TYPE_CHECKING:
    from ducktracker.change.carry_out import Done
    from ducktracker.change.task import Tried


def add_taking_back(command: Parser, done: str) -> None:
    """Add --dry-run and --yes."""
    command.add_argument(
        "--dry-run", action="store_true", help=f"show the SQL and what would be {done}, tried on a branch"
    )
    command.add_argument("--yes", action="store_true", help="do not ask")


def agreeing(arguments: argparse.Namespace, question: Callable[["Tried"], str]) -> Callable[["Tried"], bool]:
    """Return what shows a task that was tried, and whether it may be done."""

    def agree(tried: "Tried") -> bool:
        if not arguments.json:
            _show(tried, arguments.color, with_sql=arguments.dry_run)
        if arguments.dry_run:
            return False
        return arguments.yes or _asked(question(tried), tried.tasks[0].command)

    return agree


def show_done(arguments: argparse.Namespace, done: "Done | None", *, nothing: str) -> int:
    """Say what was done, or print the document; return the exit code, which tells of what could not be taken back."""
    if arguments.json:
        from dt_contract.streams import write_document
        from ducktracker.change.task_result import result

        write_document(result(done))
    elif done is None:
        tell(arguments, nothing)
    elif done.snapshots:
        where = ", ".join(map(str, done.snapshots))
        noun = "lake snapshot" if len(done.snapshots) == 1 else "lake snapshots"
        tell(arguments, f"{done.tried.tasks[0].kind}: {done.tried.about} ({noun} {where})")
    return Exit.FOUND if done is not None and done.tried.left else Exit.DONE


def _show(tried: "Tried", color: str | None, *, with_sql: bool) -> None:
    from dt_diff.render import render
    from ducktracker.terminal.colour import print_text

    texts = [text for task in tried.tasks for text in task.texts]
    for number, text in enumerate(texts if with_sql else (), start=1):
        if len(texts) > 1:
            print(f"-- transaction {number} of {len(texts)}")
        print_text(text, "never")
    print_text(render(tried.diff, "text"), color)
    for told in (told for task in tried.tasks for told in task.told):
        print(line(told))
    for left in tried.left:
        notify(left)


def _asked(question: str, command: str) -> bool:
    if not (sys.stdin and sys.stdin.isatty()):
        message = "can't ask for confirmation: stdin is not a terminal; nothing was done"
        raise InputError(message, hint=f"ducktracker {command} --yes")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
