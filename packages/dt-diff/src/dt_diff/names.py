"""Full names: identifiers joined by dots, quoted where they need it, so that no two objects share one."""

import re
from typing import NamedTuple

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PART = re.compile(r'"(?:[^"]|"")*"|[^."]+')


def quote(identifier: str) -> str:
    """Return the identifier as SQL writes it: in double quotes unless it is plain ASCII letters, digits and `_`."""
    return identifier if _PLAIN.fullmatch(identifier) else '"' + identifier.replace('"', '""') + '"'


def full_name(*identifiers: str) -> str:
    """Return the quoted identifiers joined by dots."""
    return ".".join(map(quote, identifiers))


def identifiers(name: str) -> list[str]:
    """Return the identifiers of a full name, unquoted."""
    parts = _PART.findall(name)
    return [part[1:-1].replace('""', '"') if part.startswith('"') else part for part in parts]


class Path(NamedTuple):
    """The full name of one object on both sides."""

    before: str
    after: str

    def child(self, before: str, after: str) -> "Path":
        """Return the path of a column or field that is called `before` and `after` on the two sides."""
        return Path(f"{self.before}.{quote(before)}", f"{self.after}.{quote(after)}")
