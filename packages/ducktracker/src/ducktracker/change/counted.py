"""Numbers in sentences. Pure."""


def come(number: int) -> str:
    """Return the verb for a number of things that come."""
    return "comes" if number == 1 else "come"


def count(number: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
