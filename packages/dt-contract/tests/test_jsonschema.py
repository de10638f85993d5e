import json
from importlib.resources import files

import pytest

from dt_contract.document import Document
from dt_contract.flags import json_schema
from dt_contract.jsonschema import DOCUMENTS, generate

SHIPPED = files("dt_contract") / "schemas"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_shipped_file_is_the_generated_one(document: type[Document]) -> None:
    assert (SHIPPED / f"{document.__struct_config__.tag}.json").read_bytes() == generate(document)


def test_every_document_is_generated() -> None:
    assert {f"{kind.__struct_config__.tag}.json" for kind in DOCUMENTS} == {file.name for file in SHIPPED.iterdir()}
    assert set(DOCUMENTS) >= {kind for kind in Document.__subclasses__() if kind.__module__.startswith("dt_contract.")}


def test_print_schema_prints_the_shipped_file() -> None:
    assert json.loads(json_schema("diff"))["$ref"] == "#/$defs/DiffDocument"
