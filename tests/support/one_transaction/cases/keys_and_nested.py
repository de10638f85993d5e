"""Keys that are set again, and nested columns that are changed again."""

from typing import Any

from support.one_transaction.cases.statements import (
    ADD_S,
    CREATE,
    DEEPER,
    FIELD,
    KEYED,
    KEYS,
    NESTED,
    RESET,
    SET,
    STRUCT,
    TYPE_S,
    WIDENED,
    case,
)

KEYS_AND_NESTED: list[Any] = [
    *(
        case(f"keys: RESET {kind}, SET; {what}", before, body, KEYS if is_lost else "")
        for kind in ("SORTED", "PARTITIONED")
        for what, before, body, is_lost in (
            ("none before", [KEYED], [RESET.format(kind), SET.format(kind)], kind == "SORTED"),
            ("SET before", [KEYED], [SET.format(kind), RESET.format(kind), SET.format(kind)], True),
            ("new table", [], [KEYED, SET.format(kind), RESET.format(kind), SET.format(kind)], True),
            (
                "RESET again",
                [KEYED],
                [SET.format(kind), RESET.format(kind), SET.format(kind), RESET.format(kind)],
                False,
            ),
            ("the same before", [KEYED, SET.format(kind)], [RESET.format(kind), SET.format(kind)], False),
            (
                "others before",
                [KEYED, SET.format(kind).replace("(a)", "(b)")],
                [RESET.format(kind), SET.format(kind)],
                False,
            ),
        )
    ),
    case(
        "nested: a type with another inner type, again",
        ["CREATE TABLE {t} (s STRUCT(x INTEGER)[])"],
        ["ALTER TABLE {t} ALTER s TYPE STRUCT(x BIGINT)[]", "ALTER TABLE {t} ALTER s TYPE STRUCT(x HUGEINT)[]"],
    ),
    case(
        "nested: a type with a new inner struct, renamed", [STRUCT], [DEEPER, "ALTER TABLE {t} RENAME s.y TO w"], NESTED
    ),
    case(
        "nested: a type with a new inner struct, retyped",
        [STRUCT],
        [DEEPER, "ALTER TABLE {t} ALTER s TYPE STRUCT(x INTEGER, y STRUCT(z BIGINT))"],
        NESTED,
    ),
    *(
        case(f"nested: a new column, {name}", [CREATE], [f"{ADD_S}{first}", f"{TYPE_S}{then}"], refused)
        for name, first, then, refused in (
            ("the same type", "STRUCT(x INTEGER)", "STRUCT(x INTEGER)", ""),
            ("a new field", "STRUCT(x INTEGER)", "STRUCT(x INTEGER, y MAP(VARCHAR, INTEGER))", ""),
            ("a new inner field", "STRUCT(p STRUCT(x INTEGER))", "STRUCT(p STRUCT(x INTEGER, y VARCHAR))", ""),
            ("a new field of a list", "STRUCT(x INTEGER)[]", "STRUCT(x INT, y INTEGER)[]", ""),
            ("another type", "STRUCT(x INTEGER)", "STRUCT(x BIGINT)", NESTED),
            ("without a field", "STRUCT(x INTEGER, y INTEGER)", "STRUCT(x INTEGER)", NESTED),
            ("another field", "STRUCT(x INTEGER, y INTEGER)", "STRUCT(x INTEGER, z INTEGER)", NESTED),
        )
    ),
    case(
        "nested: a new field by a type, then another name",
        [CREATE],
        [*WIDENED, "ALTER TABLE {t} RENAME s TO u"],
        NESTED,
    ),
    case(
        "nested: a new field by a type, and another",
        [CREATE],
        [*WIDENED, f"{TYPE_S}STRUCT(x INTEGER, y INTEGER, z INTEGER)"],
    ),
    case("nested: a type with a new inner struct, another column", [STRUCT], [DEEPER, "ALTER TABLE {t} RENAME a TO c"]),
    *(
        case(f"nested: a field of a new column, {name}", [CREATE], [f"{ADD_S}STRUCT(x INTEGER)", FIELD, then], refused)
        for name, then, refused in (
            ("another name", "ALTER TABLE {t} RENAME s.w TO u", ""),
            ("dropped", "ALTER TABLE {t} DROP COLUMN s.w", ""),
            ("a type without it", f"{TYPE_S}STRUCT(x INTEGER)", ""),
            ("another type of it", f"{TYPE_S}STRUCT(x INTEGER, w STRUCT(a BIGINT))", ""),
            ("another type beside it", f"{TYPE_S}STRUCT(x BIGINT, w STRUCT(a INTEGER))", NESTED),
        )
    ),
]
