"""The statements of the cases, on a table {t}, and what the refusals say."""

from typing import Any

import pytest

FEW = "INSERT INTO {t} (a) SELECT range FROM range(3)"
MANY = "INSERT INTO {t} (a) SELECT range FROM range(20)"
FEW_MORE = "INSERT INTO {t} SELECT range, range FROM range(100, 103)"
MANY_MORE = "INSERT INTO {t} SELECT range, range FROM range(100, 120)"
CREATE = "CREATE TABLE {t} (a INTEGER)"
FILENAMES = "CREATE TABLE {t} (a INTEGER, filename VARCHAR)"
NEW_FILENAME = ["ALTER TABLE {t} ADD COLUMN FileName INTEGER DEFAULT 1", MANY_MORE]
ADD = "ALTER TABLE {t} ADD COLUMN b INTEGER DEFAULT 1"
DELETE_ALL, NOT_NULL = "DELETE FROM {t}", "ALTER TABLE {t} ALTER a SET NOT NULL"
TYPE = "ALTER TABLE {t} ALTER a TYPE BIGINT"
KEYED = "CREATE TABLE {t} (a INTEGER, b INTEGER)"
SET, RESET = "ALTER TABLE {{t}} SET {} BY (a)", "ALTER TABLE {{t}} RESET {} BY"
WIDER = "ALTER TABLE {t} ALTER s TYPE STRUCT(x INTEGER, y INTEGER)"
DEEPER = "ALTER TABLE {t} ALTER s TYPE STRUCT(x INTEGER, y STRUCT(z INTEGER))"
ADD_STRUCT = "ALTER TABLE {t} ADD COLUMN b STRUCT(x INTEGER)"
DEEP = "ALTER TABLE {t} ADD COLUMN s STRUCT(x INTEGER, p STRUCT(z INTEGER))"
TWENTY, INNER, OUTER = "FROM range(20) AS x(r)", "{'z': r}", "{'x': r, 'p': {'z': r}}"
ADD_S, TYPE_S = "ALTER TABLE {t} ADD COLUMN s ", "ALTER TABLE {t} ALTER s TYPE "
FIELD = "ALTER TABLE {t} ADD COLUMN s.w STRUCT(a INTEGER)"
WIDENED = [f"{ADD_S}STRUCT(x INTEGER)", f"{TYPE_S}STRUCT(x INTEGER, y INTEGER)"]
STRUCT = "CREATE TABLE {t} (a INTEGER, s STRUCT(x INTEGER))"
MANY_STRUCTS = "INSERT INTO {t} SELECT range, {'x': range::INTEGER} FROM range(20)"
ONE_PART = "INSERT INTO {t} (a) SELECT 1 FROM range(20)"
OTHER_PART = "INSERT INTO {t} SELECT 2, range FROM range(20)"
LATE, STALE, KEYS, NESTED = "a new column", "as they were", "loses the keys", "changes a nested"
FORGOTTEN = "reads rows that are older"
VALUELESS, RETYPED = "rows without a value of a column", "rows after a new type of a column"
OF_2, FIELD_TYPE = "UPDATE {t} SET a = 300 WHERE a = 2", "ALTER TABLE {t} ALTER s TYPE STRUCT(x BIGINT)"
SMALL_AND_CHANGED = [CREATE, FEW, "UPDATE {t} SET a = 1 WHERE a = 0", "DELETE FROM {t} WHERE a = 2"]


def case(name: str, before: list[str], body: list[str], refused: str = "") -> Any:
    """Return a case: statements before, those in one transaction, and what the refusal says, empty if it is right."""
    return pytest.param(before, body, refused, id=name)


def some(value: str) -> str:
    """Return SQL that is NULL in every other row."""
    return f"CASE WHEN r % 2 = 0 THEN {value} END"
