"""What DuckDB's parser accepts, and a migration must not hold. Each raises InputError with file and line."""

from collections.abc import Sequence

import duckdb

from dt_contract.errors import InputError
from dt_lake.sqltext import BLANKS, HAS_BLANK
from dt_lake.tokens import Token

_Type = duckdb.StatementType
ADD_COLUMN = [_Type.ALTER, _Type.UPDATE, _Type.ALTER]
"""What DuckDB makes of an ADD COLUMN with a DEFAULT that is an expression: TRUE, DATE '…', a cast."""
_PIVOT = {"PIVOT", "PIVOT_WIDER"}


def refuse_import(place: str, core: Sequence[Token]) -> None:
    """Refuse IMPORT DATABASE, before DuckDB parses it, which reads those files for PRAGMA import_database."""
    words = (core[0].keyword, core[1].keyword if len(core) > 1 else "")
    is_pragma = words[0] == "PRAGMA" and any(token.name == "import_database" for token in core)
    if is_pragma or words == ("IMPORT", "DATABASE"):
        raise InputError("IMPORT DATABASE runs files of its own, which no checksum covers", place=place)


def refuse_blank(place: str, sql: str, part: Sequence[Token], extracted: Sequence[duckdb.Statement]) -> None:
    """Refuse a blank that is not a plain one, where it means something.

    DuckDB takes a quote in a block comment, or behind a backslash, for one that begins or ends a string.
    """
    if not HAS_BLANK.search(sql):
        return
    seen = "".join(statement.query for statement in extracted)
    is_in_word = any(HAS_BLANK.search(token.keyword) for token in part)
    if is_in_word or [sign for sign in sql if sign in BLANKS] != [sign for sign in seen if sign in BLANKS]:
        raise InputError(
            "has a no-break space or the like that DuckDB would take for a plain one, or for a letter",
            place=place,
            hint="write a plain space, or chr(160) and the like in a string",
        )


def refuse_hidden(place: str, core: Sequence[Token], found: Sequence[duckdb.Statement]) -> None:
    """Refuse what begins or ends a transaction, and statements that are not in the file.

    Of what DuckDB expands, PIVOT, ADD COLUMN and COPY FROM DATABASE are known, with a BEGIN and a COMMIT around.
    """
    types = [statement.type for statement in found]
    words = [token.keyword for token in core[:3]]
    if len(types) == 1 and types[0] != _Type.TRANSACTION:
        return
    if len(types) == 1:
        raise InputError(
            f"{words[0]} is not allowed: ducktracker runs each migration in a transaction of its own",
            place=place,
            hint="remove the statement; split the file where a commit is needed",
        )
    is_known = words == ["COPY", "FROM", "DATABASE"] or any(token.keyword in _PIVOT for token in core)
    is_known = is_known or (words[0] == "ALTER" and types[1:-1] == ADD_COLUMN)
    if words[0] == "PRAGMA" or not is_known or _Type.TRANSACTION in types[1:-1]:
        raise InputError(f"{words[0]} runs statements that are not in the file", place=place)


def refuse_parameter(place: str, extracted: Sequence[duckdb.Statement]) -> None:
    """Refuse a parameter, for which there is no value."""
    names = sorted(name for statement in extracted for name in statement.named_parameters)
    if names:
        raise InputError(f"the parameter ${names[0]} has no value; a migration takes no parameters", place=place)
