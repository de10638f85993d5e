"""The `branch` document: a branch that was made of a lake."""

from dt_contract.document import Document, Value


class BranchCounts(Value, frozen=True, kw_only=True):
    """How many of each a branch has at its beginning; `snapshots` and `data_files` with those of its past."""

    schemas: int
    tables: int
    views: int
    macros: int
    data_files: int
    snapshots: int


class BranchDocument(Document, tag="branch", frozen=True, kw_only=True):
    """A branch, and the lake that it is of.

    `source` is where that lake is, without secrets; `lake` the uuid that both have; `snapshot` the lake snapshot that
    the branch begins at. `data_path` is where the files of the branch go, `source_data_path` where those are that it
    shares. `made_on` is UTC, RFC 3339. If the source is a branch itself, `source_branch` is the data path of that.
    """

    source: str
    lake: str
    snapshot: int
    catalog: str
    data_path: str
    source_data_path: str
    shared: tuple[str, ...] = ()
    """The data paths of all lakes whose files it shares, the source's first: more than one for a branch of a branch."""
    made_on: str
    is_encrypted: bool
    is_whole: bool = True
    """Whether it knows all files of its source; of very many, those of tables that are not needed may be left out."""
    source_branch: str | None = None
    counts: BranchCounts
    seconds: float
