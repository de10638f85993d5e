"""Generates the JSON Schema files that this package ships: `python -m dt_contract.jsonschema`."""

import re
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
    """Return the JSON Schema of a document as it is shipped."""
    schema = _described_all(msgspec.json.schema(document))
    return msgspec.json.format(msgspec.json.encode(schema, order="deterministic"), indent=2) + b"\n"


def _described_all(part: object) -> object:
    """Docstrings become descriptions, without their indentation, which Python 3.13 takes out by itself."""
    match part:
        case dict():
            return {
                key: _described(value) if key == "description" and isinstance(value, str) else _described_all(value)
                for key, value in part.items()
            }
        case list():
            return [_described_all(item) for item in part]
        case _:
            return part


def _described(docstring: str) -> str:
    return re.sub(r"\bNone\b", "null", cleandoc(docstring))


def main() -> None:
    """Write all files again."""
    folder = Path(__file__).parent / "schemas"
    folder.mkdir(exist_ok=True)
    for document in DOCUMENTS:
        (folder / f"{document.__struct_config__.tag}.json").write_bytes(generate(document))


if __name__ == "__main__":
    main()
