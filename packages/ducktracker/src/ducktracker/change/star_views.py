"""Views that take all columns of a table, in their order: a column that comes back stands behind the others. Pure."""

import re
from collections.abc import Collection, Iterator

from dt_contract.identifiers import fold
from dt_contract.schema import Table, View
from dt_diff.names import full_name

_STAR = re.compile(r"(?:\bselect\s+(?:distinct\s+)?|,\s*)(?:[\w\"]+\.)?\*", re.IGNORECASE)
_WORD = re.compile(r"\w+|\"(?:[^\"]|\"\")*\"")


def star_views(views: Collection[View], tables: Collection[Table]) -> Iterator[str]:
    """Yield a line for each view that says `SELECT *` and names one of the tables."""
    names = {fold(table.name): full_name(table.schema, table.name) for table in tables}
    for view in views:
        if _STAR.search(view.sql):
            words = {fold(word.strip('"').replace('""', '"')) for word in _WORD.findall(view.sql)}
            found = sorted(names[word] for word in words & names.keys())
            if found:
                yield (
                    f"{full_name(view.schema, view.name)}: says SELECT *, so that its columns come in the new order of "
                    f"{', '.join(found)}"
                )
