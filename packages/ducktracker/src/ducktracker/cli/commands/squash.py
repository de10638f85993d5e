"""ducktracker squash: one file in the place of many."""

import argparse
from typing import TYPE_CHECKING

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_contract.terminal import line
from ducktracker.cli.arguments import Commands, add_command, version
from ducktracker.cli.confirm import asked
from ducktracker.cli.context import configured, count, notify, tell

if TYPE_CHECKING:
    from ducktracker.change.squash import Squash


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "write one file that replaces all migrations up to a version in new lakes"
    squash = add_command(commands, "squash", about, document="migrations")
    squash.add_argument(
        "--target", metavar="N", type=version, required=True, help="the last version that the file stands for"
    )
    squash.add_argument("-d", "--description", metavar="TEXT", default="squashed", help="name of the file [squashed]")
    squash.add_argument("--keep", action="store_true", help="do not remove the files that it stands for")
    squash.add_argument("--without-rows", action="store_true", help="leave out the rows that the migrations write")
    squash.add_argument("--dry-run", action="store_true", help="show the file, and write nothing")
    squash.add_argument("--yes", action="store_true", help="do not ask")
    return squash


def run(arguments: argparse.Namespace) -> int:
    """Show what is squashed, and write the file once the user agrees."""
    from dt_contract.streams import write_document
    from ducktracker.change.squash import Wish, document, squash, squashed

    config = configured(arguments)
    wish = Wish(arguments.target, arguments.description, arguments.keep, arguments.without_rows)

    def agree(found: "Squash") -> bool:
        if not arguments.json:
            _list(found, wish.drops_rows)
        return arguments.yes or asked(f"Write {line(found.path.name)}?", "squash", "written")

    if arguments.dry_run:
        found: Squash | None = squashed(config, wish)
        assert found
        if not arguments.json:
            _show(found)
            _list(found, wish.drops_rows)
    else:
        found = squash(config, wish, agree)
    if found is None:
        tell(arguments, "nothing was written")
        return Exit.DONE
    if arguments.json:
        write_document(document(found))
    elif not arguments.dry_run:
        tell(arguments, f"{found.path} stands for all versions up to {wish.target}")
        notify(f"before others get it, run `ducktracker migrate` on each lake below version {wish.target}")
    return Exit.DONE


def _show(found: "Squash") -> None:
    from dt_contract.terminal import lines

    for path, text in found.files.items():
        print("\n".join([line(str(path)), *(item.rstrip() for item in lines(text.rstrip("\n")))]), end="\n\n")


def _list(found: "Squash", drops_rows: bool) -> None:
    where = "left out" if drops_rows else "in the file"
    print(line(f"squashes {count(len(found.stands_for), 'file')} into {found.path}"))
    for table, many in found.rows.items():
        print(line(f"{count(many, 'row')} of {table}, {where}"))
    if found.removed:
        first, last = found.removed[0].name, found.removed[-1].name
        names = first if first == last else f"{first} to {last}"
        print(line(f"removes {count(len(found.removed), 'file')}: {names}"))
    for path in list(found.files)[1:]:
        print(line(f"{path} sets the options of tables and schemas, which takes a transaction of its own"))
    print(end="", flush=True)
