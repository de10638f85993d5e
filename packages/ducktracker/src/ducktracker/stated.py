"""What only the statement itself says of a table: its comment, its partition keys, its sort keys."""

import duckdb
from msgspec.structs import replace

from dt_contract.schema import Table
from dt_diff.names import full_name, identifiers
from dt_lake.sql import literal
from dt_lake.tokens import tokens
from ducktracker.statements import Statement


def stated(statement: Statement, table: Table) -> Table:
    """Gives the table as the statement, which altered it, leaves it: as DuckLake stores what it says."""
    effect, sql = statement.effect, statement.core
    match effect.action:
        case "comment" if effect.kind == "table":
            return replace(table, comment=_value(sql))
        case "set_partitioned":
            return replace(table, partition_by=tuple(map(_partition_key, _keys(sql))))
        case "reset_partitioned":
            return replace(table, partition_by=())
        case "set_sorted":
            return replace(table, sorted_by=tuple(map(_sort_key, _keys(sql))))
        case "reset_sorted":
            return replace(table, sorted_by=())
        case _:
            return table


def _value(sql: str) -> str | None:
    """The literal behind IS, in any of the ways to write one."""
    cut = tokens(sql)
    behind = next(token.end for token in cut[3:] if token.keyword == "IS")
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT {sql.encode()[behind:].decode()}").fetchone()
    return row[0] if row else None


def _partition_key(key: str) -> str:
    """A name, or a transform of one: `bucket(4, id)`."""
    transform, opening, inside = key.partition("(")
    if not opening or key.startswith('"'):
        return _column(key)
    return f"{transform.strip().lower()}({', '.join(map(_column, _keys(f'({inside}')))})"


def _column(text: str) -> str:
    return text if text.isdigit() else full_name(*identifiers(text))


def _spelled(expression: str) -> str:
    """The expression as DuckDB itself writes it: names without needless quotes, a space behind each comma."""
    with duckdb.connect() as connection:
        query = f"SELECT json_deserialize_sql(json_serialize_sql({literal(f'SELECT {expression}')}))"
        row = connection.execute(query).fetchone()
    return str(row[0]).removeprefix("SELECT ") if row else expression


def _sort_key(key: str) -> str:
    """DuckLake stores direction and place of nulls in full; without any it takes ASC and NULLS LAST."""
    words = [token.keyword for token in tokens(key)]
    nulls = f"NULLS {words.pop()}" if words[-2:-1] == ["NULLS"] else "NULLS LAST"
    words = words[:-1] if words[-1] == "NULLS" else words
    direction = words.pop() if words[-1] in ("ASC", "DESC") else "ASC"
    end = tokens(key)[len(words) - 1].end
    return f"{_spelled(key.encode()[:end].decode().strip())} {direction} {nulls}"


def _keys(sql: str) -> tuple[str, ...]:
    """The parts of the last pair of parentheses that is not within another one."""
    keys: list[str] = []
    depth = 0
    for token in tokens(sql):
        depth -= token.text.startswith(")")
        if depth == 0:
            keys = [""] if token.text.startswith("(") else keys
        elif depth == 1 and token.text.startswith(","):
            keys.append("")
        else:
            keys[-1] += token.text
        depth += token.text.startswith("(")
    return tuple(key.strip() for key in keys)
