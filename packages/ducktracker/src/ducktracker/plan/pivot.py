"""A PIVOT that DuckDB can explain. Pure.

DuckDB makes several statements of a PIVOT whose columns are the values of a query, and runs the first to know them.
With a list of values it is one statement, that reads the same tables by the same expressions.
"""

from collections.abc import Iterator, Sequence

from dt_lake.tokens import Token, tokens

_PIVOT = {"PIVOT", "PIVOT_WIDER"}
_AFTER_EXPRESSION = {",", ")", ";", "USING", "GROUP", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT"}
_VALUES = "\nIN (NULL) "


def explainable(sql: str) -> str:
    """Return the SQL with a list of values behind each expression of PIVOT … ON that has none; nothing is left out."""
    found = tokens(sql)
    data = sql.encode()
    at = 0
    parts = []
    pivots = [place for place, token in enumerate(found) if token.keyword in _PIVOT]
    for place in sorted({end for pivot in pivots for end in _ends(found, pivot)}):
        offset = found[place].start if place < len(found) else len(data)
        parts.append(data[at:offset].decode())
        at = offset
    return _VALUES.join([*parts, data[at:].decode()])


def _ends(found: Sequence[Token], start: int) -> Iterator[int]:
    """Where the expressions behind the last ON of this PIVOT end, if they have no IN."""
    ends: list[int] = []
    depth, first, has_list = 0, None, False
    for place in range(start + 1, len(found) + 1):
        word = found[place].keyword if place < len(found) else ";"
        if depth == 0 and first is not None and word in _AFTER_EXPRESSION:
            if not has_list and place > first:
                ends.append(place)
            first, has_list = place + 1, False
            if word != ",":
                break
        elif depth == 0 and word == "ON":
            first, ends, has_list = place + 1, [], False
        elif depth == 0 and word == ")":
            break
        has_list = has_list or (depth == 0 and word == "IN")
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(word, 0)
    yield from ends
