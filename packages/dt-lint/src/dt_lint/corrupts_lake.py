"""What stops a transaction that DuckLake would commit wrongly."""

from dt_lint.script.statements import Statement


class CorruptsLake(Exception):
    """A statement that DuckLake runs, and that leaves a table or the lake wrong once it is committed.

    `code` is that of the rule. `statement` is the one to blame; None if it is the one that runs.
    """

    def __init__(self, message: str, code: str, statement: Statement | None = None) -> None:
        super().__init__(f"{message} ({code})")
        self.statement = statement
