"""The pages that list what the code has: commands, documents, rules, exit codes. Nothing is missing from them."""

import argparse
import re
from collections.abc import Iterator

import pytest

from dt_contract.hazards import RULES
from dt_contract.jsonschema import DOCUMENTS
from ducktracker.cli.parser import parser
from support.blocks import ROOT

DOCS = ROOT / "packages/ducktracker/docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"no section {heading!r}"
    return found[1]


def flags(command: argparse.ArgumentParser) -> Iterator[list[str]]:
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                yield from flags(part)
        elif action.option_strings:
            yield action.option_strings


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


EVERYWHERE = ("--help", "--json", "--print-schema", "--version", "--config", "--branch", "--catalog", "--backend")
EVERYWHERE += ("--metadata", "--connection", "--override-data-path", "--secrets-dir")


@pytest.mark.parametrize("name", commands())
def test_each_flag_of_a_command_is_in_its_section(name: str) -> None:
    text = section(page("commands.md"), name)
    own = [flag for names in flags(commands()[name]) if names[-1] not in EVERYWHERE for flag in names]
    assert [flag for flag in own if not re.search(rf"(?<![\w-]){flag}(?![\w-])", text)] == []


def test_flags_of_every_command() -> None:
    text = section(page("commands.md"), "The flags of every command")
    assert [flag for flag in EVERYWHERE[4:] if f"`{flag}`" not in text] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.__struct_config__.tag)
def test_each_field_of_a_document(document: type) -> None:
    (row,) = re.findall(rf"^\| `{document.__struct_config__.tag}` \|.*$", page("documents.md"), re.MULTILINE)
    fields = [name for name in document.__struct_fields__ if name not in ("kind", "version")]
    assert [name for name in fields if f"`{name}`" not in row] == []


def test_the_rules_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| <a id=\"\w+\"></a>(DL\d+) \| `(\w+)` \| (.*?) \| (.*?) \|$", page("lint.md"), re.MULTILINE)
    assert rows == [tuple(rule) for rule in RULES]
