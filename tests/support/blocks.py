"""Reads the fenced code blocks of a README.

The rules for README authors. All blocks of a README run in their order, in one temporary folder, as one shell session:
the working directory and exported variables stay from block to block. Our commands are first on PATH, HOME is empty,
and no DUCKTRACKER_* or PG* variable is set. A block in an HTML comment runs too, for a set-up that no reader need see.

A page that begins with `<!-- needs: postgres s3 v0.1.0 -->`, or some of these, finds in its environment: an empty
database of a PostgreSQL, by libpq's variables, and psql; TEST_BUCKET, and TEST_SECRETS, the folder of its secret;
TEST_OLD_PROJECT, a project that ducktracker 0.1.0 made.

The word after the fence says what becomes of a block; a block without a word, or with another, fails the test.

    bash, sh        runs under `set -eo pipefail`, and must exit 0, or N with `bash exit=N`
    bash install    is one of the lines that test_install.py knows and runs in a fresh environment; not run here
    console         lines `$ command` run; the lines after each are its stdout and stderr. `…` or `...` stands for any
                    text in its line, and alone on a line for any number of lines; trailing spaces don't count. Each
                    command must exit 0 or 1, the last one N with `console exit=N`
    python          runs in an interpreter of its own, and must exit 0
    toml            is a ducktracker.toml that dt-config accepts
    sql             is SQL that DuckDB can parse
    json            is JSON
    text            is only text
    yaml            is YAML; of a workflow of GitHub Actions, the `run:` lines run, but those that install something
    … title=PATH    a toml, sql, json, yaml or text block is also written to PATH, in the folder where the session is
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
READMES = [
    ROOT / "README.md",
    *sorted(ROOT.glob(".github/*.md")),
    *sorted(ROOT.glob("packages/*/*.md")),
    *sorted(ROOT.glob("packages/*/docs/*.md")),
]

_NEEDS = re.compile(r"\A<!-- needs: (?P<services>[\w. ]+) -->\n")
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```\s*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block with its options (a bare word has the value ""); `line` is the number of its text's first line."""

    language: str
    text: str
    line: int
    options: dict[str, str] = field(default_factory=dict)

    @property
    def exit(self) -> int | None:
        """The exit code that the README promises."""
        return int(self.options["exit"]) if "exit" in self.options else None


def needs(path: Path) -> set[str]:
    """Return the services that a page needs."""
    found = _NEEDS.match(path.read_text(encoding="utf-8"))
    return set(found["services"].split()) if found else set()


def read_blocks(path: Path) -> list[Block]:
    """Return the blocks of a README in their order."""
    text = path.read_text(encoding="utf-8")
    return [_block(match, text) for match in _FENCE.finditer(text)]


def _block(match: re.Match[str], text: str) -> Block:
    language, *words = match["info"].split() or [""]
    options = dict(word.partition("=")[::2] for word in words)
    return Block(language, match["body"], text.count("\n", 0, match.start()) + 2, options)


def commands(console: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a console block, each with the lines that it prints."""
    found: list[tuple[str, list[str]]] = []
    for line in console.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
        else:
            raise ValueError(f"a console block begins with `$ `, not with {line!r}")
    return found


def matches(expected: list[str], printed: str) -> bool:
    """Whether what was printed is what the README shows."""
    pattern = "".join(r"(?:.*\n)*?" if line.strip() in {"…", "..."} else _line(line) for line in expected)
    tidy = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
    return re.fullmatch(pattern + r"\n*", tidy) is not None


def _line(line: str) -> str:
    return ".*".join(re.escape(part) for part in re.split(r"…|\.\.\.", line.rstrip())) + r"[ \t]*\n"
