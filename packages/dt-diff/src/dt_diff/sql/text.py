"""Generated SQL as text: of one migration, or of all of them."""

from collections.abc import Iterator

from dt_contract.lexing import Lexer
from dt_contract.terminal import line
from dt_diff.sql.names import literal
from dt_diff.sql.script import Generated, LeftOver, Part, Statement

_NOT_KNOWN = "-- options are left out: they are not known (DuckLake keeps no past of them)"


def script_text(part: Part) -> str:
    """Return the text of one migration file, with a final newline."""
    return "".join(f"{text}\n" for statement in part for text in _statement(statement))


def sql_text(generated: Generated) -> str:
    """Return all parts with a comment line before each if there are several, and at the end what is left over."""
    many = len(generated.parts)
    texts = [
        (f"-- part {number} of {many}, a migration of its own\n\n" if many > 1 else "") + script_text(part)
        for number, part in enumerate(generated.parts, start=1)
    ]
    left = "".join(f"{text}\n" for text in left_over_lines(generated))
    return "\n".join([*texts, *([left] if left else [])])


def left_over_lines(generated: Generated) -> list[str]:
    """Return a comment line for each difference that stays, and one if there may be others."""
    lines = [f"-- left over: {_left_over(item)}" for item in generated.left_over]
    return lines if generated.knows_options else [*lines, _NOT_KNOWN]


def _left_over(item: LeftOver) -> str:
    return f"{item.kind} of {line(item.name)}: {line(item.why)}"


def _statement(statement: Statement) -> Iterator[str]:
    for comment in statement.comments:
        yield f"-- {line(comment)}"
    sql = _line_ends_escaped(statement.sql)
    if statement.todo:
        yield from (f"-- TODO {text}" for text in f"{sql};".splitlines())
    else:
        yield f"{sql};"


def _line_ends_escaped(sql: str) -> str:
    """SQL from a lake, a default or the query of a view, may have carriage returns in its strings."""
    if "\r" not in sql:
        return sql
    pieces = Lexer(sql).pieces()
    return "".join(literal(piece.content) if piece.text.startswith("'") else piece.text for piece in pieces)
