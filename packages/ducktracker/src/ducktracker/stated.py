"""What only the statement itself says of a table: its comment, its partition keys, its sort keys. Pure."""

from msgspec.structs import replace

from dt_contract.schema import Table
from dt_lake.tokens import Token, tokens
from ducktracker.statements import Statement


def stated(statement: Statement, table: Table) -> Table:
    """Gives the table as the statement, which altered it, leaves it."""
    words = statement.words
    if words[:3] == ("COMMENT", "ON", "TABLE"):
        return replace(table, comment=_literal(statement.sql))
    if "PARTITIONED" in words:
        return replace(table, partition_by=() if "RESET" in words else _keys(statement.sql))
    if "SORTED" in words:
        return replace(table, sorted_by=() if "RESET" in words else _keys(statement.sql))
    return table


def _literal(sql: str) -> str | None:
    last = tokens(sql)[-1].text.strip()
    return last[1:-1].replace("''", "'") if last.startswith("'") else None


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
            keys[-1] += _spaced(token)
        depth += token.text.startswith("(")
    return tuple(key.strip() for key in keys)


def _spaced(token: Token) -> str:
    return token.text
