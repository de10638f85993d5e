"""The SQL expression that fills rows which came since."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from dt_contract.errors import InputError
from dt_lint.script.statements import first_line

_UNKNOWN = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.SyntaxException)
"""What DuckDB says of these has names and words of the expression, and no row's value."""


def check_fill(expression: str) -> None:
    """Raise InputError for what is not one SQL expression; nothing runs."""
    try:
        with duckdb.connect() as connection:
            found = connection.extract_statements(f"SELECT CAST(({expression}\n) AS VARCHAR)")
    except duckdb.Error as error:
        raise InputError(f"argument --fill: {first_line(str(error))}") from None
    if len(found) != 1:
        raise InputError("argument --fill: not one SQL expression")


@contextmanager
def filling(expression: str | None, table: str) -> Iterator[None]:
    """Raise InputError if the expression, where there is one, doesn't fit the table; no row's value is in it."""
    try:
        yield
    except _UNKNOWN as error:
        if expression is None:
            raise
        raise InputError(f"argument --fill: {table}: {first_line(str(error))}") from None
    except (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError):
        if expression is None:
            raise
        message = "a value can't be computed, or can't be cast to the column's type"
        raise InputError(f"argument --fill: {table}: {message}") from None
