"""The pages that list what the code has: commands, documents, rules, exit codes. Nothing is missing from them."""

import argparse
import ast
import re
import signal
from collections.abc import Iterator, Sequence
from typing import get_args

import pytest

from dt_contract.document import Document
from dt_contract.exits import Exit
from dt_contract.hazards import RULES
from dt_contract.jsonschema import DOCUMENTS
from dt_contract.validation import ProblemCode
from ducktracker.cli.parser import parser
from support.blocks import ROOT

DOCS = ROOT / "packages/ducktracker/docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"no section {heading!r}"
    return found[1]


def flags(command: argparse.ArgumentParser) -> Iterator[Sequence[str]]:
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                yield from flags(part)
        elif action.option_strings:
            yield action.option_strings


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


EVERYWHERE: tuple[str, ...] = (
    "--help",
    "--json",
    "--print-schema",
    "--version",
    "--config",
    "--branch",
    "--catalog",
    "--backend",
)
EVERYWHERE += ("--metadata", "--connection", "--override-data-path", "--secrets-dir")
EVERYWHERE += ("-C", "--quiet", "--verbose", "--color")


@pytest.mark.parametrize("name", commands())
def test_each_flag_of_a_command_is_in_its_section(name: str) -> None:
    text = section(page("commands.md"), name)
    own = [flag for names in flags(commands()[name]) if names[-1] not in EVERYWHERE for flag in names]
    assert [flag for flag in own if not re.search(rf"(?<![\w-]){flag}(?![\w-])", text)] == []


def test_flags_of_every_command() -> None:
    text = section(page("commands.md"), "The flags of every command")
    assert [flag for flag in EVERYWHERE[4:] if f"`{flag}`" not in text] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.__struct_config__.tag)
def test_each_field_of_a_document(document: type[Document]) -> None:
    (row,) = re.findall(rf"^\| `{document.__struct_config__.tag}` \|.*$", page("documents.md"), re.MULTILINE)
    fields = [name for name in document.__struct_fields__ if name not in ("kind", "version")]
    assert [name for name in fields if f"`{name}`" not in row] == []


def test_the_rules_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| <a id=\"\w+\"></a>(DL\d+) \| `(\w+)` \| (.*?) \| (.*?) \|$", page("lint.md"), re.MULTILINE)
    assert rows == [tuple(rule) for rule in RULES]


def test_the_exit_codes_are_those_of_the_code() -> None:
    for name in (ROOT / "README.md", DOCS / "when-something-fails.md"):
        rows = re.findall(
            r"^\| (\d+(?:, \d+)*) \|", section(name.read_text(encoding="utf-8"), "Exit codes"), re.MULTILINE
        )
        listed = {int(code) for row in rows for code in row.split(", ")}
        assert listed == {*map(int, Exit), 128 + signal.SIGTERM, 128 + signal.SIGHUP}, name


def words(node: ast.expr) -> str:
    """The text of a message, with NUL for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(words(part) for part in parts)
        case ast.BinOp(left=left, right=right):
            return words(left) + words(right)
        case _:
            return "\0"


def refusals() -> Iterator[str]:
    """The message of each place in the code that refuses something, if it is written there."""
    sources = ROOT.glob("packages/*/src/**/*.py")
    for source in sources:
        of_rules = source.parent.name in ("ducktracker", "dt_lint", "script")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                is_refusal = node.func.id in ("Refused", "CorruptsLake", "LakeBusy", "Unreadable", "Found", "Problem")
                if is_refusal or (of_rules and node.func.id == "InputError"):
                    yield words(node.args[0])


def test_each_refusal_is_listed() -> None:
    text = re.sub(r"[`\s]+", " ", page("when-something-fails.md") + page("lint.md"))
    missing = []
    for message in refusals():
        parts = [re.sub(r"[`\s]+", " ", part).strip(" :;,.") for part in message.split("\0")]
        telling = [part[:40].strip() for part in parts if len(part) > 12]
        if telling and not any(part in text for part in telling):
            missing.append(message)
    assert missing == []


@pytest.mark.parametrize("code", get_args(ProblemCode))
def test_each_fault_is_listed(code: str) -> None:
    assert f"`{code}`" in page("when-something-fails.md")
