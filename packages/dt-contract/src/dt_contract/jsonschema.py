"""Generates the JSON Schema files that this package ships: `python -m dt_contract.jsonschema`."""

from pathlib import Path

import msgspec

from dt_contract.config import ConfigDocument
from dt_contract.diff import DiffDocument
from dt_contract.document import Document
from dt_contract.history import HistoryDocument
from dt_contract.log import LogDocument
from dt_contract.migrations import MigrationsDocument
from dt_contract.plan import PlanDocument
from dt_contract.result import ResultDocument
from dt_contract.schema import SchemaDocument
from dt_contract.status import StatusDocument
from dt_contract.validation import ValidationDocument

DOCUMENTS: tuple[type[Document], ...] = (
    ConfigDocument,
    DiffDocument,
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
    return (
        msgspec.json.format(msgspec.json.encode(msgspec.json.schema(document), order="deterministic"), indent=2) + b"\n"
    )


def main() -> None:
    """Writes all files anew."""
    folder = Path(__file__).parent / "schemas"
    folder.mkdir(exist_ok=True)
    for document in DOCUMENTS:
        (folder / f"{document.__struct_config__.tag}.json").write_bytes(generate(document))


if __name__ == "__main__":
    main()
