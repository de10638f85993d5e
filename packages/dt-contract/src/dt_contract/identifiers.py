"""Names as DuckDB compares them: quoted or not, without regard to the case of ASCII letters, and of no others."""

from string import ascii_lowercase, ascii_uppercase

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)


def fold(name: str) -> str:
    """Return the form that is the same for two names if DuckDB takes them for one."""
    return name.translate(_LOWER)


def ascii_upper(word: str) -> str:
    """Return a keyword in capitals."""
    return word.translate(_UPPER)
