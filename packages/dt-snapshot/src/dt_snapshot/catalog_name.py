"""Takes the catalog's own name out of stored SQL, so that a lake attached under another name has the same schema."""

import re
from collections.abc import Callable, Iterable

import duckdb
import msgspec

from dt_contract.schema import SchemaDocument
from dt_lake.lake import Lake
from dt_lake.sql import name
from dt_lake.sqltext import is_readable
from dt_lake.tokens import Token, tokens
from dt_snapshot.references import catalog_references

_STORED = re.compile(r"""'(?:[^']|'')*+'|"(?:[^"]|"")*+"|(?P<placeholder>\{DUCKLAKE_CATALOG\})(?=\.)""")
"""DuckLake replaces its placeholder outside of quotes only."""


def without_catalog(connection: duckdb.DuckDBPyConnection, catalog: str, texts: Iterable[str]) -> Callable[[str], str]:
    """Return a function from each text of stored SQL to the same SQL without `catalog.` before tables and functions.

    What else bears the catalog's name keeps it: an alias, a column, a schema. DuckLake stores a view's SQL with a
    placeholder for all of them, and a macro's, or that of a catalog whose name needs quotes, as it was written. SQL
    that DuckDB can't read in a reasonable time keeps the name. One query at most, whatever the number of texts.
    """
    found = {text: _Text(text, catalog) for text in texts}
    doubtful = [text for text in found.values() if text.doubtful]
    if doubtful:
        references = catalog_references(connection, catalog, [text.sql for text in doubtful])
        for text, places in zip(doubtful, references, strict=True):
            text.sure += [at for at in text.doubtful if text.cut[at].start in places]
    return lambda text: found[text].free


def catalog_free(lake: Lake, stored: SchemaDocument) -> SchemaDocument:
    """Return a schema with stored SQL without the catalog's name."""
    views, macros = stored.views, stored.macros
    texts = [*(view.sql for view in views), *(overload.sql for macro in macros for overload in macro.overloads)]
    free, replace = without_catalog(lake.connection, lake.catalog, texts), msgspec.structs.replace
    return replace(
        stored,
        views=tuple(replace(view, sql=free(view.sql)) for view in views),
        macros=tuple(
            replace(macro, overloads=tuple(replace(item, sql=free(item.sql)) for item in macro.overloads))
            for macro in macros
        ),
    )


class _Text:
    """A text as it reads in a catalog; `sure` are the tokens that are the catalog, `doubtful` those that may be."""

    def __init__(self, text: str, catalog: str) -> None:
        quoted = name(catalog)
        written = catalog if catalog.isascii() and catalog.isidentifier() else quoted
        self.sql = _STORED.sub(lambda found: written if found["placeholder"] else found[0], text)
        self.cut: list[Token] = []
        self.sure: list[int] = []
        self.doubtful: list[int] = []
        if quoted[1:-1].lower() in self.sql.lower() and is_readable(self.sql):
            self._look({catalog.lower(), quoted.lower()})

    def _look(self, spellings: set[str]) -> None:
        self.cut = tokens(self.sql)
        words = ["", "", *(token.text.strip().lower() for token in self.cut), ""]
        for at, (other, before, word, after) in enumerate(zip(words, words[1:], words[2:], words[3:], strict=False)):
            if word in spellings and before != "." and after == ".":
                is_table = before == "join" or (before == "from" and other != "distinct")
                (self.sure if is_table else self.doubtful).append(at)

    @property
    def free(self) -> str:
        """Without what is sure to be the catalog."""
        out = {*self.sure, *(at + 1 for at in self.sure)}
        return "".join(token.text for at, token in enumerate(self.cut) if at not in out) if out else self.sql
