"""What kind of migration a script is: whether others may share its transaction, and its DuckDB afterwards."""

from collections.abc import Iterable, Iterator
from itertools import dropwhile, islice, pairwise

import duckdb

from dt_lake.tokens import tokens
from ducktracker.statements import Script, Statement

_Type = duckdb.StatementType
_IN_THE_LAKE = {
    _Type.ALTER,
    _Type.DELETE,
    _Type.DROP,
    _Type.EXPLAIN,
    _Type.INSERT,
    _Type.MERGE_INTO,
    _Type.SELECT,
    _Type.UPDATE,
}
_MARKERS: dict[duckdb.StatementType | None, str] = {
    _Type.INSERT: "INTO",
    _Type.MERGE_INTO: "INTO",
    _Type.COPY: "COPY",
    _Type.UPDATE: "UPDATE",
    _Type.DELETE: "FROM",
}
"""The word before the table that a statement is about; TABLE where it is none of these."""
_ROWS = {_Type.COPY, _Type.DELETE, _Type.INSERT, _Type.MERGE_INTO, _Type.UPDATE, None}
_NESTED = {"STRUCT", "ROW", "MAP", "ARRAY", "["}
_BEFORE_NAMES = {"COLUMN", "IF", "NOT", "EXISTS"}
_OBJECTS = {"SCHEMA", "TABLE", "VIEW", "MACRO", "FUNCTION"}


def touches_session(script: Script) -> bool:
    """Whether the next migration needs a DuckDB of its own: after SET, ATTACH, LOAD, CREATE SECRET …

    A list of what is known to leave nothing behind, so that what is not known counts as touching.
    """
    return not all(_leaves_nothing(statement) for statement in script.statements)


def _leaves_nothing(statement: Statement) -> bool:
    """What DuckDB expands, as it does PIVOT, may leave a type of its own."""
    return statement.type is not None and (statement.type in _IN_THE_LAKE or creates(statement) is not None)


def is_plain_ddl(script: Script) -> bool:
    """Whether others may share its transaction: it changes the schema alone, and in no way that DuckLake then forgets.

    That is, it writes no data, renames no table, adds no nested column to one and resets no keys.
    """
    return all(_is_plain(statement) for statement in script.statements)


def _is_plain(statement: Statement) -> bool:
    match statement.type:
        case _Type.CREATE:
            return creates(statement) is not None and not is_create_table_as(statement)
        case _Type.ALTER:
            return not (renames_object(statement) or adds_nested(statement) or resets_keys(statement))
        case other:
            return other == _Type.DROP


def creates(statement: Statement) -> str | None:
    """Gives the kind of object of the lake that a statement creates: TABLE, VIEW …; null for a secret or a TEMP one."""
    opening, *rest = statement.words[:4]
    words = [word for word in rest if word not in ("OR", "REPLACE")]
    if statement.type in (_Type.CREATE, None) and opening == "CREATE" and words and words[0] in _OBJECTS:
        return words[0]
    return None


def is_create_table_as(statement: Statement) -> bool:
    """Whether it is CREATE TABLE … AS, which has AS outside of parentheses."""
    return creates(statement) == "TABLE" and "AS" in statement.words


def adds_rows(statement: Statement) -> bool:
    """Whether it may bring new rows, and does not only change or delete those that are there."""
    return writes_rows(statement) and statement.type not in (_Type.DELETE, _Type.UPDATE)


def writes_rows(statement: Statement) -> bool:
    """Whether it changes rows: INSERT, UPDATE, DELETE, MERGE, COPY, CREATE TABLE AS, and what DuckDB expands."""
    return statement.type in _ROWS or is_create_table_as(statement)


def target(statement: Statement) -> str:
    """Gives the name of the table that a statement is about, in capitals, without catalog and schema; maybe empty."""
    parts, _ = _dotted(_after(statement.words, _MARKERS.get(statement.type) or "TABLE"))
    return parts[-1] if parts else ""


def alters_column(statement: Statement) -> tuple[str, tuple[str, ...]] | None:
    """Gives what ALTER TABLE does to a column or field (ADD, ALTER, DROP, RENAME) and the path of that, in capitals."""
    if statement.words[:2] != ("ALTER", "TABLE") or renames_object(statement):
        return None
    _, rest = _dotted(statement.words[2:])
    verb, *behind = rest or ("",)
    return (verb, _dotted(behind)[0]) if verb in ("ADD", "ALTER", "DROP", "RENAME") else None


def adds_nested(statement: Statement) -> bool:
    """Whether ALTER TABLE adds a column of a nested type (STRUCT, MAP or list), or may add such a field by a new type.

    Not where a field is added by its path.
    """
    verb, path = alters_column(statement) or ("", ())
    if verb == "ALTER":
        return _nested_types(statement) > 1  # The first is that of the column, which was nested before.
    return verb == "ADD" and len(path) == 1 and _nested_types(statement) > 0


def _nested_types(statement: Statement) -> int:
    return sum(token.word in _NESTED for token in tokens(statement.core))


def _dotted(words: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """The parts of the name that comes first, and what follows it."""
    rest = list(dropwhile(lambda word: word in _BEFORE_NAMES, words))
    end = 1
    while rest[end : end + 1] == ["."]:
        end += 2
    return tuple(part.strip('"') for part in rest[:end:2]), rest[end:]


def new_name(statement: Statement) -> str:
    """Gives the name behind RENAME TO, in capitals."""
    return next(_after(statement.words, "TO"), "").strip('"')


def _after(words: Iterable[str], marker: str) -> Iterator[str]:
    return islice(dropwhile(lambda word: word != marker, words), 1, None)


def renames_object(statement: Statement) -> bool:
    """Whether it is ALTER TABLE (or VIEW) … RENAME TO."""
    return statement.type == _Type.ALTER and ("RENAME", "TO") in pairwise(statement.words)


def renames_to_itself(statement: Statement) -> bool:
    """Whether it is RENAME TO the name that the object has, in the same letters or others."""
    words = statement.words
    return renames_object(statement) and words[words.index("RENAME") - 1].strip('"') == new_name(statement)


def keys_of_table(statement: Statement) -> str:
    """Gives which keys ALTER TABLE sets or resets, PARTITIONED or SORTED; else an empty text."""
    keys = {"PARTITIONED", "SORTED"}.intersection(statement.words) if statement.type == _Type.ALTER else ()
    return next(iter(keys), "")


def resets_keys(statement: Statement) -> bool:
    """Whether it is ALTER TABLE … RESET PARTITIONED BY, or RESET SORTED BY."""
    return bool(keys_of_table(statement)) and "RESET" in statement.words
