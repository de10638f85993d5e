"""Takes apart the texts of DuckDB's errors, in which its own words stand around those of a server.

DuckDB's PostgreSQL extension hands on the server's text, in the server's language and without its SQLSTATE.
"""

import re

_WITHOUT_SQL = (
    "COPY data from Postgres|Failed to copy data|Failed to fetch header for COPY|Connection pool timeout"
    "|Failed to describe prepared statement|Error during PQputCopy(?:Data|End)"
)
"""How errors of DuckDB's PostgreSQL extension begin that quote no SQL: then comes what libpq or the server says."""
_POSTGRES = re.compile(
    rf'Failed to (?:execute|prepare) (?:query|COPY) "|Unable to connect to Postgres|{_WITHOUT_SQL}'
    r"|Current transaction is aborted \(please ROLLBACK\)|Connection pool has been shut down|Connection reset failure"
)
"""How all of them begin."""
_SEVERITY = re.compile(rf'(?:"|failed|{_WITHOUT_SQL}): [^\s":]+:  ')
_COLLISION = re.compile(r'"(?:ducklake_snapshot_pkey|pg_type_typname_nsp_index|pg_class_relname_nsp_index)"')
"""The constraints that two processes hit which write the next lake snapshot, or make the same table, at once."""


def is_of_server(text: str) -> bool:
    """Whether a text is an error of DuckDB's PostgreSQL extension."""
    return bool(_POSTGRES.search(text))


def is_collision(text: str) -> bool:
    """Whether a server says that another process was quicker with the next lake snapshot, or with a table."""
    return bool(_COLLISION.search(_after_sql(text)))


def reason(text: str) -> str:
    """Return the server's or libpq's own reason out of an error of DuckDB's; nothing of the SQL in it.

    The SQL stands in quotes before it. Lines after the first may repeat rows.
    """
    if not is_of_server(text):
        return first_line(text)
    after = _after_sql(text)
    said = next(iter(after.strip().splitlines()), "")
    return said or "the connection was lost"


def failed_sql(text: str) -> str:
    """Return the SQL that the server refused; "" if there is none, or if another process was quicker with it."""
    answers = list(_SEVERITY.finditer(text))
    if not answers or _COLLISION.search(text[answers[-1].end() :]):
        return ""
    _, _, batch = text[: answers[-1].start()].partition('query "')
    return batch


def says_server(text: str) -> bool:
    """Whether a text has the answer of a server, which then can be asked for more; not one that can't be reached."""
    return bool(_SEVERITY.search(text)) and "Unable to connect to Postgres" not in text


def first_line(text: str) -> str:
    """Return the first line of DuckDB's text without the kind of error."""
    first = next(iter(text.strip().splitlines()), "")
    return re.sub(r"^\w+( \w+)* Error: ", "", first)


def shortened(text: str, size: int) -> str:
    """Return the text in so many bytes of UTF-8 at most."""
    data = text.encode()
    return text if len(data) <= size else data[: size - 3].decode(errors="ignore") + "…"


def before_sql(text: str) -> str:
    """DuckDB's own words, before the SQL that it quotes."""
    return re.split(r'(?:query|COPY) "', text, maxsplit=1)[0]


def _after_sql(text: str) -> str:
    """What the server said: `ERROR:  …` in any language, or else libpq, after the last quote."""
    said = list(_SEVERITY.finditer(text))
    if said:
        return text[said[-1].end() :]
    _, quote, after = text.rpartition('": ')
    if quote:
        return after
    found = re.search(rf"(?:{_WITHOUT_SQL}): (.*)", text)
    return found[1] if found else ""
