"""The SQL expression that fills rows which came since."""

import duckdb

from dt_contract.errors import InputError
from dt_lint.script.statements import first_line


def check_fill(expression: str) -> None:
    """Raise InputError for what is not one SQL expression; nothing runs."""
    try:
        with duckdb.connect() as connection:
            found = connection.extract_statements(f"SELECT CAST(({expression}\n) AS VARCHAR)")
    except duckdb.Error as error:
        raise InputError(f"argument --fill: {first_line(str(error))}") from None
    if len(found) != 1:
        raise InputError("argument --fill: not one SQL expression")
