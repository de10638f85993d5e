"""The `branches` document: the branches of a project's lake."""

from typing import Literal

from dt_contract.document import Document, Value


class Branch(Value, frozen=True, kw_only=True):
    """A branch that begins at `snapshot` of its source; `behind` is how many lake snapshots that has made since.

    `kept` says where its catalog is: in a file beside the project, or in the catalog of the lake. `behind` is None
    where that can't be known, and `problem` says what is wrong with a branch.
    """

    name: str
    kept: Literal["file", "catalog"]
    source: str | None = None
    snapshot: int | None = None
    made_on: str | None = None
    behind: int | None = None
    data_path: str | None = None
    problem: str | None = None


class BranchesDocument(Document, tag="branches", frozen=True, kw_only=True):
    """All branches by name."""

    branches: tuple[Branch, ...] = ()
