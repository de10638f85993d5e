"""Whether PostgreSQL refused a COMMIT for what it was to store, which is the SQL's fault and not the server's.

DuckDB hands on the server's words without their SQLSTATE, but with the SQL that DuckLake ran. So the server is asked to
run that again in a block that is always rolled back, and to say the SQLSTATE, in whatever language it speaks.
"""

import re
from contextlib import suppress

import duckdb

from dt_config.config import Connection
from dt_contract.redaction import redact
from dt_lake.engine_text import failed_sql, reason, shortened
from dt_lake.sql import literal

_OF_DATA = re.compile(r"22...|54...|42601|42701|42P16")
"""Values that can't be stored, limits of rows and tables, names that the server keeps for itself (Appendix A)."""

_TRY = """
DO $ducktracker$ BEGIN
    PERFORM set_config('lock_timeout', '1000', true);
    EXECUTE {batch};
    RAISE EXCEPTION USING ERRCODE = 'DT000';
EXCEPTION WHEN OTHERS THEN PERFORM set_config('ducktracker.state', sqlstate, false);
END $ducktracker$
"""
_STATE = "SELECT current_setting('ducktracker.state', true)"


class LakeRefused(duckdb.DataError):
    """PostgreSQL can't store what a transaction made; nothing of the transaction is in the lake."""


def refused(inner: duckdb.DuckDBPyConnection, settings: Connection, text: str) -> LakeRefused | None:
    """Return the error for a COMMIT that can't succeed; None for another fault, or if the server can't be asked."""
    batch = failed_sql(text)
    if not batch or "$ducktracker$" in batch:
        return None
    metadata = literal(f"__ducklake_metadata_{settings.catalog_name}")
    state = None
    with suppress(duckdb.Error), inner.cursor() as session:
        session.execute("BEGIN")
        try:
            session.execute(f"CALL postgres_execute({metadata}, {literal(_TRY.format(batch=literal(batch)))})")
            state = session.execute(f"SELECT * FROM postgres_query({metadata}, {literal(_STATE)})").fetchone()
        finally:
            with suppress(duckdb.Error):
                session.execute("ROLLBACK")
    if state is None or not _OF_DATA.fullmatch(str(state[0])):
        return None
    return LakeRefused(f"PostgreSQL can't store this: {shortened(redact(reason(text)), 300)}")
