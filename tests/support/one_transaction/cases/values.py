"""Rows whose statistics would lack a minimum: after another type of a column, and where the first file has no value."""

from typing import Any

from support.one_transaction.cases.statements import (
    ADD,
    CREATE,
    FEW,
    FEW_MORE,
    FIELD_TYPE,
    FORGOTTEN,
    KEYED,
    MANY,
    MANY_MORE,
    MANY_STRUCTS,
    OF_2,
    ONE_PART,
    OTHER_PART,
    RETYPED,
    SET,
    STRUCT,
    TYPE,
    VALUELESS,
    case,
)

VALUES: list[Any] = [
    *(
        case(f"11: {name}", past, body, refused)
        for name, past, body, refused in (
            ("many, TYPE, few", [CREATE], [MANY, TYPE, FEW], RETYPED),
            ("few, TYPE, many", [CREATE], [FEW, TYPE, MANY], RETYPED),
            ("few, TYPE, few", [CREATE], [FEW, TYPE, FEW], RETYPED),
            ("a new table", [], [CREATE, MANY, TYPE, FEW], RETYPED),
            ("TYPE, few in a table with rows", [CREATE, MANY], [TYPE, FEW], RETYPED),
            ("TYPE, many in a table with few rows", [CREATE, FEW], [TYPE, MANY], RETYPED),
            ("few, TYPE, few in a table with rows", [CREATE, MANY], [FEW, TYPE, FEW], RETYPED),
            ("TYPE, UPDATE in a table with rows", [CREATE, MANY], [TYPE, OF_2], RETYPED),
            (
                "TYPE, RENAME, UPDATE",
                [CREATE, MANY],
                [TYPE, "ALTER TABLE {t} RENAME a TO c", "UPDATE {t} SET c = c + 1"],
                RETYPED,
            ),
            ("TYPE of a field", [STRUCT, MANY_STRUCTS], [FIELD_TYPE, MANY_STRUCTS], RETYPED),
            ("TYPE, UPDATE of no row", [CREATE, MANY], [TYPE, OF_2.replace("= 2", "= 99")], ""),
            ("TYPE, many in a table without rows", [CREATE], [TYPE, MANY], ""),
            (
                "TYPE, many in a table without values",
                [CREATE, MANY.replace("SELECT range", "SELECT NULL")],
                [TYPE, MANY],
                "",
            ),
            ("TYPE of another column", [KEYED, MANY], ["ALTER TABLE {t} ALTER b TYPE BIGINT", MANY_MORE], ""),
            ("many, TYPE", [CREATE, MANY], [MANY, TYPE], ""),
            ("UPDATE, TYPE", [CREATE, MANY], [OF_2, TYPE], ""),
            ("few, TYPE", [CREATE], [FEW, TYPE], ""),
            ("many, TYPE, DELETE", [CREATE], [MANY, TYPE, "DELETE FROM {t} WHERE a = 5"], ""),
            ("TYPE that has no minimum, many", [CREATE, MANY], [TYPE.replace("BIGINT", "HUGEINT"), MANY], ""),
            ("two TYPEs, the last without one", [CREATE, MANY], [TYPE, TYPE.replace("BIGINT", "HUGEINT"), MANY], ""),
            ("many, TYPE, UPDATE of all rows, many", [CREATE], [MANY, TYPE, "UPDATE {t} SET a = 50", MANY], ""),
        )
    ),
    *(
        case(f"31: {name}", before, body, refused)
        for name, before, body, refused in (
            ("a new table", [], [KEYED, MANY, MANY_MORE], ""),
            ("a table without rows", [KEYED], [MANY, MANY_MORE], ""),
            ("small rows after it", [], [KEYED, MANY, FEW_MORE], ""),
            ("small rows before it", [], [KEYED, FEW_MORE, MANY], ""),
            ("twice without", [], [KEYED, MANY, MANY, MANY_MORE], ""),
            ("some rows updated", [], [KEYED, MANY, "UPDATE {t} SET b = 5 WHERE a > 4"], ""),
            ("some small rows updated", [], [KEYED, FEW, "UPDATE {t} SET b = 5 WHERE a > 0"], ""),
            ("a new column", [], [CREATE, MANY, ADD.removesuffix(" DEFAULT 1"), MANY, "UPDATE {t} SET b = a - 9"], ""),
            ("a field", [], [STRUCT, MANY, MANY_STRUCTS], ""),
            ("a table with rows", [KEYED, FEW], [MANY, MANY_MORE], ""),
            ("in partitions", [KEYED, SET.format("PARTITIONED")], [ONE_PART, OTHER_PART], ""),
            (
                "in partitions of which none has all",
                ["CREATE TABLE {t} (a INTEGER, b INTEGER, c INTEGER)", SET.format("PARTITIONED")],
                [
                    "INSERT INTO {t} (a, b) SELECT 1, range FROM range(20)",
                    "INSERT INTO {t} (a, c) SELECT 2, range FROM range(20)",
                ],
                VALUELESS,
            ),
            (
                "small rows in partitions, then other keys",
                [KEYED, SET.format("PARTITIONED")],
                ["INSERT INTO {t} VALUES (1, NULL), (2, 5)", SET.format("SORTED")],
                "",
            ),
            (
                "small rows in partitions",
                [KEYED, SET.format("PARTITIONED")],
                ["INSERT INTO {t} VALUES (1, NULL), (2, 5)", "UPDATE {t} SET b = b"],
                "",
            ),
        )
    ),
    *(
        case(
            f"TYPE of a column with a default, {name}", [CREATE, MANY, ADD], [TYPE.replace(" a ", " b "), then], refused
        )
        for name, then, refused in (
            ("UPDATE of another column", OF_2, FORGOTTEN),
            ("UPDATE by it", "UPDATE {t} SET a = 300 WHERE b = 1", FORGOTTEN),
            ("UPDATE of it", "UPDATE {t} SET b = 5 WHERE a = 2", ""),
            ("UPDATE of no row", OF_2.replace("= 2", "= 99"), ""),
            ("DELETE by another column", "DELETE FROM {t} WHERE a = 2", ""),
            ("DELETE by it", "DELETE FROM {t} WHERE b = 1", FORGOTTEN),
            (
                "MERGE",
                "MERGE INTO {t} USING (SELECT 2 AS r) s ON a = r WHEN MATCHED THEN UPDATE SET a = 300",
                FORGOTTEN,
            ),
        )
    ),
]
