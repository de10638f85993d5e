"""Prints generated SQL."""

from dt_contract.exits import Exit
from dt_contract.streams import write
from dt_diff.sql.script import Generated
from dt_diff.sql.text import sql_text


def show_sql(generated: Generated) -> int:
    """Print it; exit 1 when there is any, or something is left over."""
    write(sql_text(generated).encode())
    return Exit.FOUND if generated.parts or generated.left_over else Exit.DONE
