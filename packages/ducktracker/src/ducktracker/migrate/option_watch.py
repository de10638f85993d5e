"""What a transaction does to the lake's options."""

from dt_lake.lake import Lake
from dt_lake.sql import literal
from ducktracker.drift.set_options import SetOption

_OPTIONS = "SELECT scope, coalesce(scope_entry, ''), option_name, value FROM system.main.ducklake_options({catalog})"


class OptionWatch:
    """Sees which options the open transaction sets."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._before = self._read()

    def options(self) -> tuple[SetOption, ...]:
        """Return the options that were set."""
        found = self._read()
        return tuple(
            SetOption(scope=scope, owner=owner, key=key, value=value)
            for (scope, owner, key), value in sorted(found.items())
            if self._before.get((scope, owner, key)) != value
        )

    def _read(self) -> dict[tuple[str, str, str], str]:
        query = _OPTIONS.format(catalog=literal(self._lake.catalog))
        rows = self._lake.connection.execute(query).fetchall()
        return {(scope, owner, key): value for scope, owner, key, value in rows}
