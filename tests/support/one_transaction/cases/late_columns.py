"""Columns and fields that come after rows, and then more rows."""

from typing import Any

from support.one_transaction.cases.statements import (
    ADD,
    CREATE,
    DEEP,
    FEW,
    FEW_MORE,
    FILENAMES,
    INNER,
    LATE,
    MANY,
    MANY_MORE,
    MANY_STRUCTS,
    NEW_FILENAME,
    OUTER,
    STRUCT,
    TWENTY,
    WIDER,
    case,
    some,
)

LATE_COLUMNS: list[Any] = [
    case("14: new table", [], [CREATE, MANY, ADD, MANY_MORE], LATE),
    case(
        "14: a column called filename",
        [],
        [FILENAMES, MANY, ADD, MANY_MORE.replace("range, range", "range, '', range")],
        LATE,
    ),
    case("14: a column called filename, no rows after it", [], [FILENAMES, MANY, ADD]),
    case("14: a column called filename, all rows updated", [], [FILENAMES, MANY, ADD, "UPDATE {t} SET b = 9"]),
    case("14: a column called filename, small rows before it", [], [FILENAMES, FEW, ADD, "UPDATE {t} SET b = b"]),
    case("14: a new column called FileName", [], [CREATE, MANY, *NEW_FILENAME], LATE),
    case("14: a new column called FileName, small rows before it", [], [CREATE, FEW, *NEW_FILENAME]),
    case("14: small rows after it", [], [CREATE, MANY, ADD, FEW_MORE], LATE),
    case("14: table without rows", [CREATE], [MANY, ADD, MANY_MORE], LATE),
    case("14: no default", [], [CREATE, MANY, ADD.removesuffix(" DEFAULT 1"), MANY_MORE], LATE),
    case("14: a new struct", [], [CREATE, MANY, "ALTER TABLE {t} ADD COLUMN s STRUCT(x INTEGER)", MANY_STRUCTS], LATE),
    *(
        case(f"14: a new struct, {name}", [], [CREATE, MANY, DEEP, f"INSERT INTO {{t}} SELECT r, {rows}"], refused)
        for name, rows, refused in (
            ("NULL in some rows", f"{some(OUTER)} {TWENTY}", ""),
            ("a field NULL in some rows", f"{{'x': {some('r')}, 'p': {{'z': r}}}} {TWENTY}", LATE),
            ("an inner field NULL in some rows", f"{{'x': r, 'p': {{'z': {some('r')}}}}} {TWENTY}", LATE),
            ("all fields NULL in some rows", f"{{'x': {some('r')}, 'p': {some(INNER)}}} {TWENTY}", ""),
        )
    ),
    case(
        "14: a new field by a type, NULL in some rows",
        [],
        [STRUCT, MANY_STRUCTS, WIDER, f"INSERT INTO {{t}} SELECT r, {{'x': 99, 'y': {some('r')}}} {TWENTY}"],
    ),
    case(
        "14: a new field",
        [],
        [
            STRUCT,
            MANY_STRUCTS,
            "ALTER TABLE {t} ADD COLUMN s.y INTEGER",
            "INSERT INTO {t} SELECT range, {'x': 1, 'y': 2} FROM range(20)",
        ],
        LATE,
    ),
    case(
        "14: a new field by a type",
        [],
        [STRUCT, MANY_STRUCTS, WIDER, "INSERT INTO {t} SELECT range, {'x': 1, 'y': 2} FROM range(20)"],
        LATE,
    ),
    case("14: some rows updated", [], [CREATE, MANY, ADD, "UPDATE {t} SET b = 9 WHERE a = 1"], LATE),
    case("14: renamed column", [], [CREATE, MANY, ADD, "ALTER TABLE {t} RENAME b TO c", MANY_MORE], LATE),
    case("14: all rows updated", [], [CREATE, MANY, ADD, "UPDATE {t} SET b = 9"]),
    case("14: the same value in all rows", [], [CREATE, MANY, ADD, MANY]),
    case("14: rows deleted", [], [CREATE, MANY, ADD, "DELETE FROM {t} WHERE a = 1"]),
    case("14: small rows before it", [], [CREATE, FEW, ADD, MANY_MORE]),
    case("14: the column is dropped again", [], [CREATE, MANY, ADD, MANY_MORE, "ALTER TABLE {t} DROP COLUMN b"]),
    case(
        "14: a new list",
        [],
        [CREATE, MANY, "ALTER TABLE {t} ADD COLUMN b INTEGER[]", "INSERT INTO {t} SELECT range, [1] FROM range(20)"],
    ),
    *(
        case(f"14: {len(past)} INSERTs before", [CREATE, *past], [rows, ADD, more])
        for past in ([FEW], [MANY, FEW])
        for rows in (FEW, MANY)
        for more in (FEW_MORE, MANY_MORE)
    ),
]
