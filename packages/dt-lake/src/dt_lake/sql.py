"""Quoting of names and literals for SQL."""


def name(*parts: str) -> str:
    """Return a quoted, dotted SQL name."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """Return a quoted SQL string."""
    return "'" + text.replace("'", "''") + "'"
