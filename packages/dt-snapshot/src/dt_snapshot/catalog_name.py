"""Takes the catalog's own name out of stored SQL, so that a lake attached under another name has the same schema."""

from collections.abc import Callable

from dt_lake.sql import name
from dt_lake.sqltext import is_readable
from dt_lake.tokens import tokens

_PLACEHOLDER = "{DUCKLAKE_CATALOG}"


def without_catalog(catalog: str) -> Callable[[str], str]:
    """Gives a function from stored SQL to the same SQL without `catalog.` before names.

    DuckLake stores a view's SQL with a placeholder, also for a schema or an alias that bears the catalog's name,
    and a macro's, or that of a catalog whose name needs quotes, as it was written. SQL that somebody put there and
    that DuckDB can't cut in a reasonable time keeps the name.
    """
    quoted = name(catalog)
    written = catalog if catalog.isascii() and catalog.isidentifier() else quoted
    part = quoted[1:-1].lower()

    def strip(sql: str) -> str:
        sql = sql.replace(_PLACEHOLDER, written)
        return _strip(sql, {catalog.lower(), quoted.lower()}) if part in sql.lower() and is_readable(sql) else sql

    return strip


def _strip(sql: str, spellings: set[str]) -> str:
    cut = tokens(sql)
    words = ["", *(token.text.strip().lower() for token in cut), ""]
    kept: list[str | None] = []
    for before, word, after, token in zip(words, words[1:], words[2:], cut, strict=False):
        is_catalog = word in spellings and before != "." and after == "."
        is_its_dot = word == "." and before in spellings and kept[-1:] == [None]
        kept.append(None if is_catalog or is_its_dot else token.text)
    return "".join(text for text in kept if text is not None)
