"""What is run instead of a statement if no rows are to be written or read: `plan --rows none`."""

from typing import NamedTuple

import duckdb

from dt_lake.tokens import tokens
from dt_lint.script.statements import Statement


class Instead(NamedTuple):
    """What is run, and how that is told; `leaves` is whether rows are left as they were that would change."""

    why: str
    sql: tuple[str | duckdb.Statement, ...]
    leaves: bool = True


def without_rows(statement: Statement) -> Instead | None:
    """Return what is run instead of a statement; None if that is the statement itself."""
    effect, core = statement.effect, statement.core
    if statement.keyword == "PREPARE":
        return None
    if effect.action == "create" and effect.has_query:
        is_empty = [token.keyword for token in tokens(core)[-2:]] == ["NO", "DATA"]
        return Instead("it makes an empty table (--rows none)", (core if is_empty else f"{core} WITH NO DATA",))
    if effect.fills_column:
        return Instead("it is not run, as it fills the rows (--rows none)", ())
    if effect.writes_rows or effect.action == "select":
        return Instead("it is only explained (--rows none)", (f"EXPLAIN {core}",), effect.writes_rows)
    return None
