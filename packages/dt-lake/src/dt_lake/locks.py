"""Whether an error is PostgreSQL's lock time-out, and who holds the lock.

DuckDB hands on the server's words without their SQLSTATE. So the server is asked, once such an error has come, what it
says of a lock that can't be had in time, in whatever language it speaks.
"""

from contextlib import suppress

import duckdb

from dt_config.config import Connection
from dt_contract.errors import LakeError
from dt_contract.redaction import redact
from dt_lake.engine_text import reason, shortened
from dt_lake.errors import LakeLockTimeout
from dt_lake.extensions import load_extension
from dt_lake.meaning import place
from dt_lake.secret import find_secret
from dt_lake.server import prepared
from dt_lake.sql import literal, name

_ASKING, _HOLDING = "__ducktracker_asking", "__ducktracker_holding"
_KEY = 20_260_527_11
_HOLD = f"SELECT pg_try_advisory_lock({_KEY})"
_WAIT = f"""
DO $$ BEGIN
    PERFORM set_config('lock_timeout', '1', true);
    PERFORM pg_advisory_xact_lock({_KEY});
EXCEPTION WHEN lock_not_available THEN PERFORM set_config('ducktracker.words', sqlerrm, false);
END $$
"""
_WORDS = "SELECT current_setting('ducktracker.words', true)"
_HOLDERS = r"""
SELECT coalesce(nullif(a.application_name, ''), 'a session') || ' of the role ' || a.usename
    || coalesce(' on ' || host(a.client_addr), '') || ' (process ' || a.pid || ') since '
    || to_char(a.xact_start AT TIME ZONE 'UTC', 'HH24:MI:SS') || ' UTC'
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.granted AND c.relname LIKE 'ducklake\_%' AND a.pid <> pg_backend_pid() AND a.datname = current_database()
ORDER BY l.mode LIKE 'Access%Exclusive%' DESC, l.mode LIKE '%ExclusiveLock' DESC, a.xact_start LIMIT 1
"""


def lock_timeout(settings: Connection, text: str) -> LakeLockTimeout | None:
    """Return the error for a lock that could not be had in time; None for another, or if the server can't be asked.

    It is asked by a DuckDB of its own, as the lake's may be confined to what it has attached.
    """
    with suppress(duckdb.Error, LakeError), duckdb.connect() as session:
        if settings.secret_directory:
            session.execute("SET secret_directory = ?", [settings.secret_directory])
        load_extension(session, "postgres", settings.extensions_path)
        for catalog in (_HOLDING, _ASKING):
            session.execute(_attach(session, settings, catalog))
        try:
            session.execute("BEGIN")
            _ask(session, _HOLDING, _HOLD)
            session.execute(f"CALL postgres_execute({literal(_ASKING)}, {literal(_WAIT)})")
            if _ask(session, _ASKING, _WORDS) == reason(text):
                return _timed_out(settings, text, _ask(session, _ASKING, _HOLDERS))
        finally:
            with suppress(duckdb.Error):
                session.execute("ROLLBACK")
    return None


def _timed_out(settings: Connection, text: str, holder: str | None) -> LakeLockTimeout:
    who = f"{shortened(redact(holder), 200)} holds" if holder else "another session held"
    made = LakeLockTimeout(
        f"{who} a lock on the lake's metadata, and the time to wait for it is over",
        place=shortened(place(settings), 120),
        hint="nothing was lost; run again once that session has ended",
    )
    made.text = text
    return made


def _attach(connection: duckdb.DuckDBPyConnection, settings: Connection, catalog: str) -> str:
    if settings.secret_name:
        secret, kind = find_secret(connection, settings)
        if kind != "postgres":
            raise LakeError("only DuckLake can find this server")
        return f"ATTACH '' AS {catalog} (TYPE postgres, SECRET {name(secret)})"
    return f"ATTACH {literal(prepared(settings))} AS {catalog} (TYPE postgres)"


def _ask(session: duckdb.DuckDBPyConnection, catalog: str, query: str) -> str | None:
    row = session.execute(f"SELECT * FROM postgres_query({literal(catalog)}, {literal(query)})").fetchone()
    return None if row is None or row[0] is None else str(row[0])
