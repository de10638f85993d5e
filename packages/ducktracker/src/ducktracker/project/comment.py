"""A line of comment in a migration, which hides nothing and is not taken for a directive. Pure."""

from dt_contract.terminal import line


def comment(text: str) -> str:
    """Return text, which anybody may have written, as a line of comment; what would be a directive is quoted."""
    shown = line(text)
    return f"-- '{shown}'" if shown.lstrip().startswith("ducktracker:") else f"-- {shown}".rstrip()
