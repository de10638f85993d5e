"""Marks a copied catalog as a branch."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import asdict

from dt_branch.metadata import Draft
from dt_contract.errors import LakeError
from dt_lake.mark import TABLE, Mark
from dt_lake.sql import literal
from dt_lake.stored import Stored

_MARK = """
DROP TABLE IF EXISTS {table};
CREATE TABLE {table} AS
SELECT {source}::VARCHAR AS source, {lake}::VARCHAR AS lake, {snapshot}::BIGINT AS snapshot,
    {data_path}::VARCHAR AS data_path, {source_data_path}::VARCHAR AS source_data_path, {made_on}::VARCHAR AS made_on,
    {apart_from}::VARCHAR AS apart_from
"""


def write_mark(draft: Draft, mark: Mark, apart_from: Sequence[str]) -> None:
    """Mark the attached copy, which may be one of a branch, as a branch of its own.

    `apart_from` are the data paths of all lakes whose files it may share.
    """
    values = {key: literal(value) if isinstance(value, str) else value for key, value in asdict(mark).items()}
    listed = literal(msgspec.json.encode(apart_from).decode())
    draft.run(_MARK.format(table=draft.table(TABLE), apart_from=listed, **values))


def data_paths_before(draft: Draft, stored: Stored) -> list[str]:
    """Return the data paths of the lakes that a copied catalog is itself a branch of. Raises LakeError."""
    if stored.branch is None:
        return []
    ((text,),) = draft.rows(f"SELECT apart_from FROM {draft.table(TABLE)} LIMIT 1")
    try:
        return msgspec.json.decode(str(text), type=list[str])
    except msgspec.DecodeError:
        raise LakeError(f"{TABLE} is not what marks a branch", hint="ask whoever made this catalog") from None
