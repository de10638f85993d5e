"""The exit codes, the same for every command."""

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit status means."""

    DONE = 0
    FOUND = 1
    """Something was found: drift, a checksum mismatch, differences, a fault."""
    INPUT = 2
    """The input can't be used: usage, configuration, a document, a migration file."""
    LAKE = 3
    """The lake can't be reached or attached."""
    FAILED = 4
    """A migration failed and was rolled back."""
    BUSY = 5
    """Another runner won or holds the lake; nothing was lost, run again."""
    BUG = 70
    INTERRUPTED = 130
