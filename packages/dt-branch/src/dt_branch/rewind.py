"""Takes a copied catalog back to one of its snapshots, as if nothing had come after it."""

from dt_branch.inlined import filled
from dt_branch.metadata import CHILDREN, DATED, INLINED_DELETES, VERSIONED, Draft
from dt_branch.partial import take_out_later_rows
from dt_contract.errors import InputError
from dt_lake.sql import literal

_SNAPSHOTS = "SELECT min(snapshot_id), max(snapshot_id), count(*) FILTER (WHERE snapshot_id = {at}) FROM {snapshots}"
_DROPPED = """
SELECT table_name FROM {inlined} i WHERE table_id NOT IN (SELECT table_id FROM {table})
 OR schema_version > (SELECT max(schema_version) FROM {snapshot})
"""
_RETYPED = """
SELECT table_id, column_id, then_.column_type FROM {column} then_ JOIN later USING (table_id, column_id)
WHERE then_.end_snapshot IS NULL AND then_.column_type <> later.column_type
"""
_LATER = "CREATE TEMP TABLE later AS SELECT table_id, column_id, column_type FROM {column} WHERE end_snapshot IS NULL"
_FIT = """
UPDATE {stats} SET min_value = CASE WHEN TRY_CAST(min_value AS {type}) IS NULL THEN {least} ELSE min_value END,
    max_value = CASE WHEN TRY_CAST(max_value AS {type}) IS NULL THEN {greatest} ELSE max_value END
WHERE (table_id, column_id) IN ({columns}) AND min_value IS NOT NULL
"""
_EXTREMES = {
    "int8": ("TINYINT", "-128", "127"),
    "int16": ("SMALLINT", "-32768", "32767"),
    "int32": ("INTEGER", "-2147483648", "2147483647"),
    "int64": ("BIGINT", "-9223372036854775808", "9223372036854775807"),
    "uint8": ("UTINYINT", "0", "255"),
    "uint16": ("USMALLINT", "0", "65535"),
    "uint32": ("UINTEGER", "0", "4294967295"),
    "float32": ("FLOAT", "-3.4028235e+38", "3.4028235e+38"),
}
"""Types that can be widened to others of larger values: the widest statistics that they can have."""


def rewind(draft: Draft, at: int, source: str) -> None:
    """Take the attached copy back to the lake snapshot `at`. Raises InputError if that is not there.

    Statistics of tables stay as wide as they became later: DuckLake then reads rows where it would else answer by them.
    """
    _check(draft, at)
    draft.run_here(_LATER.format(column=draft.table("column")))
    take_out_later_rows(draft, at, source)
    for table, column in DATED.items():
        draft.run(f"DELETE FROM {draft.table(table)} WHERE {column} > {at}")
    for table in VERSIONED:
        _rewind_rows(draft, draft.table(table), at)
    _drop_inlined(draft)
    for table, key, parent in CHILDREN:
        orphans = f"{key} NOT IN (SELECT {key} FROM {draft.table(parent)} WHERE {key} IS NOT NULL)"
        draft.run(f"DELETE FROM {draft.table(table)} WHERE {orphans}")
    for table in sorted(filled(draft)):
        if table.startswith(INLINED_DELETES):
            draft.run(f"DELETE FROM {draft.table(table)} WHERE begin_snapshot > {at}")
        else:
            _rewind_rows(draft, draft.table(table), at)
    _fit_statistics(draft)


def _check(draft: Draft, at: int) -> None:
    ((low, high, found),) = draft.rows(_SNAPSHOTS.format(at=at, snapshots=draft.table("snapshot")))
    if not found:
        what = "was expired" if 0 <= at < high else "is not in this lake"
        raise InputError(f"snapshot {at} {what} (available: {low} to {high})")


def _rewind_rows(draft: Draft, table: str, at: int) -> None:
    draft.run(f"DELETE FROM {table} WHERE begin_snapshot > {at}")
    draft.run(f"UPDATE {table} SET end_snapshot = NULL WHERE end_snapshot > {at}")


def _drop_inlined(draft: Draft) -> None:
    """Of tables, and of forms of tables, that came later."""
    inlined = draft.table("inlined_data_tables")
    query = _DROPPED.format(inlined=inlined, table=draft.table("table"), snapshot=draft.table("snapshot"))
    dropped = [str(table) for (table,) in draft.rows(query)]
    if dropped:
        draft.run("; ".join(f"DROP TABLE {draft.table(table)}" for table in dropped))
        listed = ", ".join(map(literal, dropped))
        draft.run(f"DELETE FROM {inlined} WHERE table_name IN ({listed})")


def _fit_statistics(draft: Draft) -> None:
    """A type that was widened later can have values since that the narrower one has not."""
    found: dict[str, list[str]] = {}
    for table, column, type_ in draft.rows(_RETYPED.format(column=draft.table("column"))):
        found.setdefault(type_, []).append(f"({table}, {column})")
    draft.run_here("DROP TABLE later")
    for stored, columns in found.items():
        if stored in _EXTREMES:
            type_, least, greatest = _EXTREMES[stored]
            values = {"type": type_, "least": literal(least), "greatest": literal(greatest)}
            stats = draft.table("table_column_stats")
            draft.run_here(_FIT.format(stats=stats, columns=", ".join(columns), **values))
