"""The error types. Each carries what, where and what to do; the boundary prints them and exits."""

from dt_contract.exits import Exit


class Stop(Exception):
    """A reason to end the command that its user can do something about.

    `place` is `file`, `file:line` or the name of a stream; `excerpt` is the text that the message is about, such
    as a statement; `hint` says what to do.
    """

    code = Exit.INPUT

    def __init__(
        self, message: str, *, place: str | None = None, excerpt: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.excerpt = excerpt
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class InputError(Stop):
    """The input can't be used: usage, configuration, a document, a migration file (exit 2)."""


class Refused(Stop):
    """A rule of the project forbids it, such as a checksum mismatch before migrate (exit 1)."""

    code = Exit.FOUND


class LakeError(Stop):
    """The lake can't be reached or attached (exit 3)."""

    code = Exit.LAKE


class MigrationFailed(Stop):
    """A migration failed while running and was rolled back (exit 4)."""

    code = Exit.FAILED


class LakeBusy(Stop):
    """Another runner won or holds the lake (exit 5)."""

    code = Exit.BUSY
