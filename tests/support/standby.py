"""A PostgreSQL whose COMMITs wait, so that their answer can be lost: a synchronous standby that never comes."""

from collections.abc import Iterator
from contextlib import contextmanager

from support.postgres import Postgres

_WAIT = """
DO $$ BEGIN
    FOR i IN 1..6000 LOOP
        PERFORM pg_stat_clear_snapshot();
        IF EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep') THEN RETURN; END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
    RAISE EXCEPTION 'no COMMIT waits';
END $$
"""


class Standby:
    """The settings of one server, which only tests of lost answers may use."""

    def __init__(self, postgres: Postgres) -> None:
        self.postgres = postgres
        self._set("synchronous_commit = on")

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let each COMMIT wait, until `lose_answer` or the end."""
        self._set("synchronous_standby_names = 'ghost'")
        try:
            yield
        finally:
            self._set("synchronous_standby_names = ''")

    def await_commit(self) -> None:
        """Wait until a COMMIT waits."""
        self.postgres.execute(_WAIT)

    def lose_answer(self) -> None:
        """Await a COMMIT that waits, and end its session: PostgreSQL has committed, and the client never hears of it.

        Other COMMITs wait no more then.
        """
        self.await_commit()
        self.postgres.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
        waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        self.postgres.execute(f"SELECT pg_terminate_backend(pid, 10000) {waiting}")
        self.postgres.execute("SELECT pg_reload_conf()")

    def _set(self, setting: str) -> None:
        self.postgres.execute(f"ALTER SYSTEM SET {setting}")
        self.postgres.execute("SELECT pg_reload_conf()")
