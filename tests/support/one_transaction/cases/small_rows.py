"""Few rows, which are in the catalog, and what changes them or their table in the same transaction."""

from typing import Any

from support.one_transaction.cases.statements import (
    ADD,
    ADD_STRUCT,
    CREATE,
    DELETE_ALL,
    FEW,
    FILENAMES,
    MANY,
    MANY_STRUCTS,
    NOT_NULL,
    SET,
    SMALL_AND_CHANGED,
    STALE,
    STRUCT,
    case,
)

SMALL_ROWS: list[Any] = [
    case("27: an inlined row is updated and one deleted", [], SMALL_AND_CHANGED),
    case(
        "27: in an old table",
        [CREATE, MANY],
        [FEW.replace("range(3)", "range(50, 53)"), "DELETE FROM {t} WHERE a > 50"],
    ),
    case("27: by MERGE", [CREATE], [FEW, "MERGE INTO {t} USING (SELECT 2 AS r) s ON a = r WHEN MATCHED THEN DELETE"]),
    case(
        "27: of rows that are merged in",
        [],
        [
            CREATE,
            "MERGE INTO {t} USING (SELECT 9 AS r) s ON a = r WHEN NOT MATCHED THEN INSERT VALUES (r)",
            "UPDATE {t} SET a = 3",
        ],
    ),
    case("27: all rows", [CREATE], [FEW, "DELETE FROM {t}"]),
    case("27: of CREATE TABLE AS", [], ["CREATE TABLE {t} AS SELECT range AS a FROM range(3)", "UPDATE {t} SET a = 5"]),
    case("27: with a new column between, for its extreme", [], [CREATE, FEW, ADD, "UPDATE {t} SET b = 5"], STALE),
    case("27: with a new column between, for no extreme", [], [CREATE, FEW, ADD, "UPDATE {t} SET b = 5 WHERE a = 1"]),
    case(
        "27: the extreme of a column that is renamed then",
        [],
        [CREATE, FEW, ADD, "UPDATE {t} SET b = 5", "ALTER TABLE {t} RENAME b TO c"],
        STALE,
    ),
    case(
        "27: the extreme of a column that is retyped then",
        [],
        [CREATE, FEW, ADD, "UPDATE {t} SET b = 5", "ALTER TABLE {t} ALTER b TYPE BIGINT"],
        STALE,
    ),
    case(
        "27: the extreme of a type that has none in statistics",
        [],
        [CREATE.replace("INTEGER", "HUGEINT"), FEW, ADD, "UPDATE {t} SET a = 500, b = b"],
    ),
    case("27: the extreme where a row of a file is gone", [], [CREATE, MANY, FEW, ADD, "DELETE FROM {t} WHERE a > 1"]),
    case(
        "27: where all rows of a file are gone",
        [],
        [CREATE, MANY, FEW, ADD, DELETE_ALL, f"{FEW} WHERE range > 1"],
        STALE,
    ),
    case("27: small rows of an UPDATE", [CREATE], [MANY, "UPDATE {t} SET a = 900 WHERE a = 7", "UPDATE {t} SET a = 5"]),
    case("27: no rows are left for NOT NULL", [CREATE, MANY], [FEW, DELETE_ALL, NOT_NULL, MANY]),
    case("27: with a new column between, in a table with rows", [CREATE, MANY], [FEW, ADD, "UPDATE {t} SET b = 5"]),
    case("keys after a small INSERT", [CREATE], [FEW, SET.format("SORTED"), SET.format("PARTITIONED")]),
    case("a new field after a small INSERT", [STRUCT, MANY_STRUCTS], [FEW, "ALTER TABLE {t} ADD COLUMN s.y INTEGER"]),
    case("30: a new struct between small INSERTs", [CREATE, MANY], [FEW, ADD_STRUCT, FEW]),
    case(
        "27: a column called filename, another row is deleted",
        [FILENAMES, MANY],
        [FEW.replace("range(3)", "range(5, 8)"), "DELETE FROM {t} WHERE a = 19"],
    ),
    case(
        "27: a column called filename",
        [],
        [FILENAMES.replace("VARCHAR", "INTEGER"), "INSERT INTO {t} VALUES (1, 1)", ADD, "UPDATE {t} SET b = 5"],
        STALE,
    ),
    *(
        case(f"a new column after small rows that {name}", [], [CREATE, *rows, ADD])
        for name, rows in (
            ("are all gone", [FEW, DELETE_ALL, MANY]),
            ("are changed", [FEW, "UPDATE {t} SET a = 5"]),
            ("are changed with many others", [FEW, MANY, "UPDATE {t} SET a = 5"]),
        )
    ),
]
