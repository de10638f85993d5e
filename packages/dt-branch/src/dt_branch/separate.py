"""Makes a copied catalog one whose files are its own from now on, and that deletes none of its source's."""

from dt_branch.metadata import Draft
from dt_lake.sql import literal

_PATHS = """
SELECT DISTINCT ON (t.table_id) t.table_id, CASE
    WHEN NOT t.path_is_relative THEN t.path
    WHEN NOT s.path_is_relative THEN s.path || t.path
    ELSE {source} || s.path || t.path END AS folder
FROM {table} t JOIN {schema} s USING (schema_id)
"""
_ABSOLUTE = """
UPDATE {files} AS f SET path = p.folder || f.path, path_is_relative = false
FROM ({paths}) p WHERE p.table_id = f.table_id AND f.path_is_relative
"""
_OWN_FOLDERS = """
UPDATE {things} SET path = '{kind}_' || {kind}_id || '/', path_is_relative = true WHERE NOT path_is_relative
"""
_FIRST_ID = """
SELECT greatest(
    (SELECT max(next_file_id) FROM {snapshot}),
    (SELECT coalesce(max(data_file_id) + 1, 0) FROM {data_file}),
    (SELECT coalesce(max(delete_file_id) + 1, 0) FROM {delete_file})
)
"""
_GIVE_OUT = """
UPDATE {snapshot} SET next_file_id = {first} WHERE snapshot_id = (SELECT max(snapshot_id) FROM {snapshot})
"""
_CHECKED = """
CREATE OR REPLACE TABLE {deletions} (
    data_file_id BIGINT, path VARCHAR, path_is_relative BOOLEAN, schedule_start TIMESTAMP WITH TIME ZONE,
    CONSTRAINT ducktracker_files_of_the_source_stay
    CHECK (data_file_id >= {first} AND (path_is_relative OR starts_with(path, {own})))
)
"""
_TRIGGER = """
TRUNCATE {deletions};
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF NEW.data_file_id >= {first} AND (NEW.path_is_relative OR starts_with(NEW.path, TG_ARGV[0])) THEN
        RETURN NEW;
    END IF;
    RETURN NULL;
END $guard$;
CREATE TRIGGER ducktracker_branch_guard BEFORE INSERT OR UPDATE ON {deletions}
FOR EACH ROW EXECUTE FUNCTION {function}({own})
"""


def separate(draft: Draft, source: str, own: str) -> None:
    """Give an attached copy a data path of its own; `source` is where the files are that it shares.

    Its metadata names those in full. Paths end in a slash. No maintenance gets a shared file onto the list of those
    to delete, whoever runs it: its COMMIT fails in a DuckDB file, and PostgreSQL leaves the file out
    (docs/ducklake-facts.md#an-unguarded-copy-deletes-files). It is known by its id, whatever data path the branch is
    attached with.
    """
    first = _first_id(draft)
    draft.run(_GIVE_OUT.format(snapshot=draft.table("snapshot"), first=first))
    paths = _PATHS.format(table=draft.table("table"), schema=draft.table("schema"), source=literal(source))
    for files in ("data_file", "delete_file"):
        draft.run(_ABSOLUTE.format(files=draft.table(files), paths=paths))
    for kind in ("schema", "table"):
        draft.run(_OWN_FOLDERS.format(things=draft.table(kind), kind=kind))
    guard = _TRIGGER if draft.is_postgres else _CHECKED
    deletions, function = draft.table("files_scheduled_for_deletion"), draft.table("ducktracker_branch_guard")
    draft.run(guard.format(deletions=deletions, function=function, first=first, own=literal(own)))
    where = f"UPDATE {draft.table('metadata')} SET value = {literal(own)} WHERE key = 'data_path' AND scope IS NULL"
    draft.run(where)


def _first_id(draft: Draft) -> int:
    """The id of the next file that the branch makes.

    Files that were merged or flushed since the snapshot that a branch was taken back to have later ids than that knows.
    """
    tables = {table: draft.table(table) for table in ("snapshot", "data_file", "delete_file")}
    ((first,),) = draft.rows(_FIRST_ID.format(**tables))
    return int(first)
