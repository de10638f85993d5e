"""The command `dt-diff`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dt_contract.boundary import run
from dt_contract.errors import InputError
from dt_contract.exits import Exit
from dt_contract.flags import Parser
from dt_diff.formats import FORMATS, SQL

if TYPE_CHECKING:
    from dt_contract.schema import SchemaDocument

_EXAMPLES = """
examples:
  dt-snapshot | dt-diff baseline.json                  what changed since the baseline was saved
  dt-diff before.json after.json --format text         the same for a person
  dt-snapshot --at 41 | dt-diff - <(dt-snapshot)       what changed since lake snapshot 41
  dt-diff before.json after.json --format sql          the SQL that makes it so
"""
_HINT = "dt-snapshot | dt-diff EXPECTED"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; exit 1 when the documents differ."""
    return run("dt-diff", _command, argv)


def _command(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)
    expected, actual = str(arguments.expected), str(arguments.actual)
    if expected == actual == "-":
        raise InputError("EXPECTED and ACTUAL can't both be stdin", hint=_HINT)

    from dt_contract.schema import SchemaDocument
    from dt_contract.streams import place, read_document, write

    before, after = (
        read_document(source, SchemaDocument, reader="dt-diff", hint=_HINT) for source in (expected, actual)
    )
    if arguments.format == SQL:
        return _sql(before, after)

    from dt_diff.compare import compare
    from dt_diff.render import render

    diff = compare(before, after, expected_name=place(expected), actual_name=place(actual))
    write(render(diff, arguments.format).encode())
    return Exit.FOUND if diff.changes else Exit.DONE


def _sql(before: "SchemaDocument", after: "SchemaDocument") -> int:
    from dt_contract.streams import write
    from dt_diff.sql.generate import generate
    from dt_diff.sql.text import sql_text

    generated = generate(before, after)
    write(sql_text(generated).encode())
    return Exit.FOUND if generated.parts or generated.left_over else Exit.DONE


def _parser() -> Parser:
    parser = Parser(
        "dt-diff", description="What differs between two schema documents.", examples=_EXAMPLES, document="diff"
    )
    parser.add_argument("expected", metavar="EXPECTED", help="a schema document; - is stdin")
    parser.add_argument("actual", metavar="ACTUAL", nargs="?", default="-", help="another one (default: stdin)")
    parser.add_argument("--format", choices=(*FORMATS, SQL), default="json", help="how to print it (default: json)")
    return parser
