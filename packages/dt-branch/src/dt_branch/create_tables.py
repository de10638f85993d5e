"""Makes empty tables in a DuckDB file, of which there may be tens of thousands."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

import duckdb

MANY = 1_000
"""At so many, making them is most of the work. And so is writing them to the file in the end, which then takes half as
long without other threads."""


def create_tables(connection: duckdb.DuckDBPyConnection, first: Sequence[str], others: Sequence[str]) -> None:
    """Run the statements. Of many of `others`, a second session runs half, and commits them by itself.

    DuckDB is left with one thread if they are many. Raises DuckDB's errors, and KeyboardInterrupt after a signal.
    """
    if len(others) < MANY:
        _run(connection, [*first, *others])
        connection.execute("RESET threads")
        return
    with connection.cursor() as session, _meanwhile(session, others[::2]):
        _run(connection, [*first, *others[1::2]])


def _run(session: duckdb.DuckDBPyConnection, statements: Sequence[str]) -> None:
    """Half of the time would go into handing each to other threads, and into planning it."""
    session.execute(f"SET threads = 1; PRAGMA disable_optimizer; {'; '.join(statements)}; PRAGMA enable_optimizer")


@contextmanager
def _meanwhile(session: duckdb.DuckDBPyConnection, statements: Sequence[str]) -> Iterator[None]:
    """Run them while the block runs, in one transaction."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            _run(session, ["BEGIN", *statements, "COMMIT"])
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if errors:
        raise errors[0]
