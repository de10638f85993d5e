"""Names and literals as a person writes them: in double quotes only where they need it."""

from typing import NamedTuple

from dt_contract.identifiers import fold
from dt_diff.names import quote
from dt_diff.sql.keywords import QUOTED
from dt_diff.sql.qualified import qualified


def sql_name(*identifiers: str) -> str:
    """Return identifiers as SQL, joined by dots."""
    return ".".join(map(_identifier, identifiers))


def literal(text: str) -> str:
    """Return text as an SQL string; a carriage return is escaped, since a file of SQL would not keep it."""
    if "\r" in text:
        return "E'" + text.replace("\\", "\\\\").replace("'", "''").replace("\r", "\\r") + "'"
    return "'" + text.replace("'", "''") + "'"


class Home(NamedTuple):
    """The schema whose objects are written without it, and the catalog, where that is known and a schema has its name.

    Such a schema is written with both: DuckDB finds its name alone ambiguous.
    """

    schema: str
    catalog: str = ""

    def name(self, schema: str, *identifiers: str) -> str:
        """Return the name of an object of a schema, or of a column of it."""
        first = () if fold(schema) == fold(self.schema) else self.path(schema)
        return sql_name(*first, *identifiers)

    def path(self, schema: str) -> tuple[str, ...]:
        """Return the identifiers that lead to a schema."""
        return (self.catalog, schema) if fold(schema) == fold(self.catalog) else (schema,)

    def query(self, sql: str) -> str:
        """Return the query of a view or the definition of a macro, which are without the catalog."""
        return qualified(sql, self.catalog) if self.catalog else sql


def _identifier(identifier: str) -> str:
    if fold(identifier) in QUOTED:
        return f'"{identifier}"'
    return quote(identifier)
