"""Generates the JSON Schema files that this package ships: `python -m dt_contract.jsonschema`."""

from inspect import cleandoc
from pathlib import Path

import msgspec

from dt_contract.branch import BranchDocument
from dt_contract.branches import BranchesDocument
from dt_contract.config import ConfigDocument
from dt_contract.diff import DiffDocument
from dt_contract.document import Document
from dt_contract.findings import FindingsDocument
from dt_contract.history import HistoryDocument
from dt_contract.log import LogDocument
from dt_contract.migrations import MigrationsDocument
from dt_contract.plan import PlanDocument
from dt_contract.result import ResultDocument
from dt_contract.schema import SchemaDocument
from dt_contract.status import StatusDocument
from dt_contract.validation import ValidationDocument

DOCUMENTS: tuple[type[Document], ...] = (
    BranchDocument,
    BranchesDocument,
    ConfigDocument,
    DiffDocument,
    FindingsDocument,
    HistoryDocument,
    LogDocument,
    MigrationsDocument,
    PlanDocument,
    ResultDocument,
    SchemaDocument,
    StatusDocument,
    ValidationDocument,
)


def generate(document: type[Document]) -> bytes:
    """Gives the JSON Schema of a document as it is shipped."""
    schema = _dedented(msgspec.json.schema(document))
    return msgspec.json.format(msgspec.json.encode(schema, order="deterministic"), indent=2) + b"\n"


def _dedented(part: object) -> object:
    """Python 3.13 takes the indentation out of docstrings, which become descriptions; older ones leave it in."""
    match part:
        case dict():
            return {
                key: cleandoc(value) if key == "description" and isinstance(value, str) else _dedented(value)
                for key, value in part.items()
            }
        case list():
            return [_dedented(item) for item in part]
        case _:
            return part


def main() -> None:
    """Writes all files anew."""
    folder = Path(__file__).parent / "schemas"
    folder.mkdir(exist_ok=True)
    for document in DOCUMENTS:
        (folder / f"{document.__struct_config__.tag}.json").write_bytes(generate(document))


if __name__ == "__main__":
    main()
