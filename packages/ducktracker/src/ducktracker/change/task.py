"""A revert or an undo: what it runs, and what it leaves in the history."""

from typing import Literal, NamedTuple

from dt_contract.diff import DiffDocument
from dt_contract.history import HistoryDocument, RowType
from dt_contract.schema import SchemaDocument
from dt_history.table import NewRow
from dt_lake.lake import Lake
from ducktracker.drift.row_data import ToCome
from ducktracker.drift.unfinished import REVERT, UNDO, unfinished

_CHECKSUMS = {UNDO: "undone", REVERT: "reverted"}


class Task(NamedTuple):
    """`rows` are those of the last transaction; `base` is the lake snapshot that all of it was worked out at.

    `wanted` is None where it is not known what comes of it, as of a file that a person wrote.
    """

    script: str
    about: str
    base: int
    texts: tuple[str, ...]
    rows: tuple[NewRow, ...]
    wanted: SchemaDocument | None
    told: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    file: str | None = None
    """The file of the migrations folder that it runs, if it runs one."""
    not_tried: tuple[str, ...] = ()
    """Lines on the statements of that file that were not tried on the branch."""
    is_rest: bool = False
    """Whether it is what was left of one that was interrupted."""

    @property
    def kind(self) -> Literal["undone", "reverted"]:
        """The type of its rows."""
        return "undone" if self.script == UNDO else "reverted"

    @property
    def command(self) -> str:
        """The command that does it."""
        return "undo" if self.script == UNDO else "revert"

    def rows_of(self, place: int) -> list[NewRow]:
        """Return the rows of one of its transactions, counted from 0."""
        if place + 1 == len(self.texts):
            return list(self.rows)
        about = f"{self.about}, part {place + 1} of {len(self.texts)}"
        return [NewRow(self.kind, None, about, self.script, _CHECKSUMS[self.script])]

    def to_come(self, place: int) -> ToCome | None:
        """Return what follows one of its transactions, None after the last one."""
        rest = self.texts[place + 1 :]
        rows = tuple((row.version, row.description, row.script, row.checksum) for row in self.rows)
        return ToCome(texts=rest, script=self.script, about=self.about, rows=rows) if rest else None


class Tried(NamedTuple):
    """Tasks that were done on a branch, in this order, and the changes that they make."""

    tasks: tuple[Task, ...]
    diff: DiffDocument

    @property
    def left(self) -> tuple[str, ...]:
        """What they do not bring back."""
        return tuple(left for task in self.tasks for left in task.left)

    @property
    def about(self) -> str:
        """What they are about."""
        return ", ".join(task.about for task in self.tasks)


def row(script: str, about: str) -> NewRow:
    """Return the row of a task that is about no migration."""
    return NewRow("undone" if script == UNDO else "reverted", None, about, script, _CHECKSUMS[script])


def rest_of(lake: Lake, history: HistoryDocument, base: int) -> Task | None:
    """Return the rest of a task that was interrupted after one of its transactions, None if there is none."""
    found = unfinished(lake, history)
    if found is None:
        return None
    kind: RowType = "undone" if found.script == UNDO else "reverted"
    rows = tuple(NewRow(kind, *values) for values in found.rows)
    more = "a transaction is" if len(found.texts) == 1 else f"{len(found.texts)} transactions are"
    told = (f"{found.about}: was interrupted; {more} left of it",)
    return Task(found.script, found.about, base, found.texts, rows, None, told, is_rest=True)
