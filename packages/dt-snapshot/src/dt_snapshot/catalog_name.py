"""Takes the catalog's own name out of stored SQL, so that a lake attached under another name has the same schema."""

from collections.abc import Callable

from dt_lake.tokens import tokens

_PLACEHOLDER = "{DUCKLAKE_CATALOG}."


def without_catalog(catalog: str) -> Callable[[str], str]:
    """Gives a function from stored SQL to the same SQL without `catalog.` before names.

    DuckLake stores a view's SQL with a placeholder, and a macro's as it was written.
    """

    def strip(sql: str) -> str:
        sql = sql.replace(_PLACEHOLDER, "")
        return _strip(sql, catalog) if catalog.lower() in sql.lower() else sql

    return strip


def _strip(sql: str, catalog: str) -> str:
    spellings = {catalog.lower(), '"' + catalog.replace('"', '""').lower() + '"'}
    cut = tokens(sql)
    words = ["", *(token.text.strip().lower() for token in cut), ""]
    kept: list[str | None] = []
    for before, word, after, token in zip(words, words[1:], words[2:], cut, strict=False):
        is_catalog = word in spellings and before != "." and after == "."
        is_its_dot = word == "." and before in spellings and kept[-1:] == [None]
        kept.append(None if is_catalog or is_its_dot else token.text)
    return "".join(text for text in kept if text is not None)
