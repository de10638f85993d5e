"""Makers of statements, each of a kind, about a table as the statements until now have made it."""

from collections.abc import Callable

from support.one_transaction.table import LARGE, SMALL, Column, Table, alter
from support.one_transaction.types import Type, nested, scalar, wider

_LITERALS = {"INTEGER": "7", "BIGINT": "900", "VARCHAR": "'d'", "DOUBLE": "2"}
"""Defaults: DuckLake takes literals only for a new column."""


def _create(table: Table) -> str:
    random = table.random
    for _ in range(random.randint(1, 4)):
        kind = nested(random) if table.columns and random.random() < 0.3 else scalar(random)
        table.columns.append(Column(table.new_name(), kind))
    if random.random() < 0.25:
        sizes = random.choice((SMALL, LARGE))
        values = ", ".join(f"{column.type.value('r')} AS {column.name}" for column in table.columns)
        return f"CREATE TABLE {table.name} AS SELECT {values} FROM {table.numbers(sizes)}"
    parts = []
    for column in table.columns:
        column.not_null = random.random() < 0.1
        column.default = column.type.name in _LITERALS and random.random() < 0.15
        default = f" DEFAULT {_LITERALS[column.type.name]}" if column.default else ""
        parts.append(f"{column.name} {column.type}{' NOT NULL' * column.not_null}{default}")
    return f"CREATE TABLE {table.name} ({', '.join(parts)})"


def _insert(sizes: tuple[int, int]) -> Callable[[Table], str]:
    def make(table: Table) -> str:
        columns = [item for item in table.columns if item.not_null or table.random.random() < 0.8] or table.columns[:1]
        names = ", ".join(column.name for column in columns)
        values = ", ".join(_nullable(table, column) for column in columns)
        return f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.numbers(sizes)}"

    return make


def _nullable(table: Table, column: Column) -> str:
    value, chance = column.type.value("r"), table.random.random()
    if column.not_null or chance < 0.75:
        return value
    return f"CASE WHEN r % 2 = 0 THEN {value} END" if chance < 0.9 else f"NULL::{column.type}"


def _where(table: Table) -> str:
    column = table.column(lambda item: item.type.name in ("INTEGER", "BIGINT", "VARCHAR"))
    chance = table.random.random()
    if column is None or chance < 0.2:
        return ""
    if column.type.name == "VARCHAR":
        return f" WHERE {column.name} LIKE '%{table.random.randrange(10)}'"
    middle = table.random.randrange(table.number)
    return f" WHERE {column.name} {'<' if chance < 0.6 else '>='} {middle}"


def _update(table: Table) -> str | None:
    column = table.column()
    assert column is not None
    value = column.type.value(str(table.random.choice((0, 50, 500))))
    if column.type.name in ("INTEGER", "BIGINT"):
        value = f"{column.name} + {table.random.choice((-40, 100))}"
    elif not column.not_null and table.random.random() < 0.15:
        value = "NULL"
    return f"UPDATE {table.name} SET {column.name} = {value}{_where(table)}"


def _merge(table: Table) -> str | None:
    key = table.column(lambda item: item.type.name in ("INTEGER", "BIGINT"))
    column = table.column()
    if key is None or column is None:
        return None
    first = max(0, table.number - table.random.randint(1, 6))
    table.number = first + table.random.randint(2, 14)
    matched = (
        f"UPDATE SET {column.name} = {column.type.value('s.r + 700')}" if table.random.random() < 0.6 else "DELETE"
    )
    columns = [
        key,
        *(item for item in table.columns if item is not key and (item.not_null or table.random.random() < 0.5)),
    ]
    names, values = (", ".join(parts) for parts in zip(*((c.name, c.type.value("s.r")) for c in columns), strict=True))
    insert = f"INSERT ({names}) VALUES ({values})"
    return (
        f"MERGE INTO {table.name} AS x USING (SELECT r FROM range({first}, {table.number}) AS y(r)) AS s "
        f"ON x.{key.name} = s.r WHEN MATCHED THEN {matched} WHEN NOT MATCHED THEN {insert}"
    )


def _add(*, is_nested: bool = False, default: bool = False) -> Callable[[Table], str]:
    def make(table: Table) -> str:
        kind = nested(table.random) if is_nested else scalar(table.random)
        if default and kind.name not in _LITERALS:
            kind = Type("INTEGER")
        column = Column(table.new_name(), kind, default=default)
        table.columns.append(column)
        literal = f" DEFAULT {_LITERALS[kind.name]}" if default else ""
        return alter(table, f"ADD COLUMN {column.name} {kind}{literal}")

    return make


def _field(verb: str) -> Callable[[Table], str | None]:
    def make(table: Table) -> str | None:
        column = table.column(lambda item: any(item.type.structs()))
        column = column or table.column(lambda item: item.type.name == "STRUCT")
        if column is None or column.type.name != "STRUCT":
            return None
        random, new = table.random, table.new_name()
        if verb == "ADD":
            struct, kind = random.choice(list(column.type.structs())), random.choice((scalar, scalar, nested))(random)
            column.type = column.type.changed((*struct, new), (new, kind))
            return alter(table, f"ADD COLUMN {'.'.join((column.name, *struct, new))} {kind}")
        path = random.choice(list(column.type.paths()))
        parent = column.type.at(path[:-1])
        if verb == "DROP" and len(parent.fields) == 1:
            return None
        kept = (new, column.type.at(path)) if verb == "RENAME" else None
        column.type = column.type.changed(path, kept)
        return alter(table, f"{verb} COLUMN {'.'.join((column.name, *path))}{f' TO {new}' if kept else ''}")

    return make


def _drop(table: Table) -> str | None:
    column = table.column(lambda item: item.name not in (*table.partition, *table.sort))
    if column is None or len(table.columns) == 1:
        return None
    table.columns.remove(column)
    return alter(table, f"DROP COLUMN {column.name}")


def _rename(table: Table) -> str | None:
    column = table.column()
    assert column is not None
    old, column.name = column.name, table.new_name()
    table.partition = [column.name if name == old else name for name in table.partition]
    table.sort = [column.name if name == old else name for name in table.sort]
    return alter(table, f"RENAME COLUMN {old} TO {column.name}")


def _rename_table(table: Table) -> str:
    old, table.suffix = table.name, "" if table.suffix else "_n"
    return f"ALTER TABLE {old} RENAME TO {table.name}"


def _type(table: Table) -> str | None:
    column = table.column()
    assert column is not None
    new = wider(column.type, table.random)
    if new is None:
        return None
    column.type = new
    return alter(table, f"ALTER COLUMN {column.name} TYPE {new}")


def _set_default(table: Table) -> str | None:
    column = table.column(lambda item: item.type.name in _LITERALS)
    if column is None:
        return None
    column.default = True
    return alter(table, f"ALTER COLUMN {column.name} SET DEFAULT {_LITERALS[column.type.name]}")


def _drop_default(table: Table) -> str | None:
    column = table.column(lambda item: item.default)
    if column is None:
        return None
    column.default = False
    return alter(table, f"ALTER COLUMN {column.name} DROP DEFAULT")


def _not_null(*, set_: bool) -> Callable[[Table], str | None]:
    def make(table: Table) -> str | None:
        column = table.column(lambda item: item.not_null != set_)
        if column is None:
            return None
        column.not_null = set_
        return alter(table, f"ALTER COLUMN {column.name} {'SET' if set_ else 'DROP'} NOT NULL")

    return make


def _keys(what: str) -> Callable[[Table], str | None]:
    def make(table: Table) -> str | None:
        column = table.column(lambda item: not item.type.is_nested)
        if column is None:
            return None
        keys = table.partition if what == "PARTITIONED" else table.sort
        keys[:] = [column.name]
        return alter(table, f"SET {what} BY ({column.name})")

    return make


def _reset(what: str) -> Callable[[Table], str | None]:
    def make(table: Table) -> str | None:
        keys = table.partition if what == "PARTITIONED" else table.sort
        if not keys and table.random.random() < 0.7:
            return None
        keys.clear()
        return alter(table, f"RESET {what} BY")

    return make


def _comment_column(table: Table) -> str:
    column = table.column()
    assert column is not None
    return f"COMMENT ON COLUMN {table.name}.{column.name} IS 'c{table.random.randrange(9)}'"


MAKERS: dict[str, Callable[[Table], str | None]] = {
    "create": _create,
    "insert small": _insert(SMALL),
    "insert large": _insert(LARGE),
    "update": _update,
    "delete": lambda table: f"DELETE FROM {table.name}{_where(table)}",
    "delete all": lambda table: f"DELETE FROM {table.name}",
    "merge": _merge,
    "add": _add(),
    "add default": _add(default=True),
    "add nested": _add(is_nested=True),
    "add field": _field("ADD"),
    "drop": _drop,
    "drop field": _field("DROP"),
    "rename": _rename,
    "rename field": _field("RENAME"),
    "rename table": _rename_table,
    "type": _type,
    "set default": _set_default,
    "drop default": _drop_default,
    "set not null": _not_null(set_=True),
    "drop not null": _not_null(set_=False),
    "partition": _keys("PARTITIONED"),
    "reset partition": _reset("PARTITIONED"),
    "sort": _keys("SORTED"),
    "reset sort": _reset("SORTED"),
    "comment table": lambda table: f"COMMENT ON TABLE {table.name} IS 't{table.random.randrange(9)}'",
    "comment column": _comment_column,
}
