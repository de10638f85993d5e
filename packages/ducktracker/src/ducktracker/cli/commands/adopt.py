"""ducktracker adopt: make a migration of drift."""

import argparse
from typing import TYPE_CHECKING

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_contract.terminal import line
from ducktracker.cli.arguments import Commands, add_command
from ducktracker.cli.confirm import asked
from ducktracker.cli.context import configured, count, notify, tell

if TYPE_CHECKING:
    from ducktracker.change.adopt import Adoption


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "write drift as the next migration, recorded as applied in this lake"
    adopt = add_command(commands, "adopt", about, document="result")
    adopt.add_argument("text", metavar="DESCRIPTION", help="what the changes are, in a few words")
    adopt.add_argument("--only", metavar="PATTERN", action="append", default=[], help="only changes that match")
    adopt.add_argument("--timestamp", action="store_true", help="use the current UTC time as the version")
    adopt.add_argument("--dry-run", action="store_true", help="show the changes and the SQL, and write nothing")
    adopt.add_argument("--yes", action="store_true", help="do not ask")
    return adopt


def run(arguments: argparse.Namespace) -> int:
    """Show the changes and their SQL, and write them once the user agrees; exit 1 if something is left over."""
    from dt_contract.streams import write_document
    from ducktracker.change.adopt import Wish, adopt, dry_run, result

    config = configured(arguments)
    wish = Wish(arguments.text, arguments.only, config.drift.ignore, arguments.timestamp)
    is_shown = not arguments.json

    def agree(found: "Adoption") -> bool:
        if is_shown:
            _show(arguments, found)
        many = f"{count(len(found.diff.changes), 'change')} as {' and '.join(path.name for path in found.files)}"
        return arguments.yes or asked(f"Adopt {line(many)}?", "adopt", "adopted")

    if arguments.dry_run:
        found = dry_run(config, wish)
        done = result(found)
        if is_shown:
            _show(arguments, found)
    else:
        found, done = adopt(config, wish, agree)
    if arguments.json:
        write_document(done)
    else:
        tell(arguments, _summary(found, is_done=not done.dry_run))
    return Exit.FOUND if found.left_over else Exit.DONE


def _show(arguments: argparse.Namespace, found: "Adoption") -> None:
    from dt_contract.terminal import lines
    from dt_diff.render import render
    from ducktracker.terminal.colour import print_text

    for note in found.notes:
        notify(note)
    if not found.diff.changes:
        return
    print_text(render(found.diff, "text"), arguments.color)
    for path, text in found.files.items():
        print(f"\n{line(str(path))}")
        print("\n".join(item.rstrip() for item in lines(text.rstrip("\n"))))
    for item in found.left_over:
        print(line(f"left over: {item.kind} of {item.name}: {item.why}"))
    print(flush=True)


def _summary(found: "Adoption", *, is_done: bool) -> str:
    if not found.diff.changes:
        return "there is no drift to adopt; nothing was written"
    if not found.files:
        return "no SQL can make these changes; nothing was written"
    names = " and ".join(str(path) for path in found.files)
    return f"adopted as {names}, applied here" if is_done else f"nothing was written; it would be {names}"
