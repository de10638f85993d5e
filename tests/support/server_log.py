"""What clients asked a PostgreSQL for whose database has log_statement = all."""

import re
from pathlib import Path

from support.postgres import Postgres

_SAID = re.compile(r"LOG:  (?:statement|execute [^:]*): (.*)")
_READS = (
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SELECT",
    "SET",
    "SHOW",
    "COPY (SELECT",
    "FETCH",
    "CLOSE",
    "DECLARE",
    "DISCARD",
)


def log_of(postgres: Postgres) -> Path:
    """Return the server's log."""
    return Path(postgres.execute("SHOW data_directory").strip()) / "log"


def statements_since(postgres: Postgres, begin: int) -> tuple[list[str], list[str]]:
    """Return what was asked for behind a byte of the log: what only reads, and all else."""
    with log_of(postgres).open("rb") as file:
        file.seek(begin)
        said = _SAID.findall(file.read().decode())
    reads = [text for text in said if text.lstrip().startswith(_READS)]
    return reads, [text for text in said if text not in reads]
