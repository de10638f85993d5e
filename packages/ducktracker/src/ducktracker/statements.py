"""A migration file cut into statements, by DuckDB's lexer and parser."""

import re
from bisect import bisect
from collections.abc import Iterator
from itertools import islice

import duckdb
import msgspec

from dt_contract.errors import InputError
from dt_contract.migrations import Migration
from dt_contract.redaction import redact
from dt_lake.tokens import Token, tokens
from ducktracker.unread import refuse_nul, refuse_open_comment

_WORDS = 24
_EXPLAIN = {"EXPLAIN", "ANALYZE", "ANALYSE", "VERBOSE"}
_SECRETIVE = {"SECRET", "ATTACH"}
_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)


class Statement(msgspec.Struct, frozen=True):
    """One statement as it stands in the file. `line` is that of its first token, from 1.

    `core` is the same without EXPLAIN, which runs what it explains when it is told to ANALYZE. `words` are the first
    tokens of that outside of parentheses, in capitals: enough to tell what it does to what.
    """

    line: int
    sql: str
    core: str
    words: tuple[str, ...]
    type: duckdb.StatementType | None
    """Null where DuckDB expands the statement into several, as it does with PIVOT."""


class Script(msgspec.Struct, frozen=True):
    """A migration with its statements."""

    migration: Migration
    statements: tuple[Statement, ...]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.migration.script


def parse(connection: duckdb.DuckDBPyConnection, migration: Migration, text: str) -> Script:
    """Gives the statements of a file's text; nothing runs.

    Raises InputError, with file and line, for a syntax error, for a statement that begins or ends a transaction or has
    a parameter, for a comment that is never closed, and for a file without any statement.
    """
    refuse_nul(migration.script, text)
    data = text.encode()
    line_ends = [found.start() for found in re.finditer(rb"\n", data)]
    statements = []
    for part in _cut(text):
        sql = data[part[0].start : part[-1].end].decode().rstrip()
        line = bisect(line_ends, part[0].start) + 1
        statements.append(_statement(connection, migration.script, line, sql, part))
    refuse_open_comment(migration.script, text)
    if not statements:
        what = "holds only comments" if text.strip() else "is empty"
        raise InputError(f"{what}; a migration needs a statement", place=migration.script)
    return Script(migration, tuple(statements))


def _cut(text: str) -> list[list[Token]]:
    """The tokens of each statement; DuckDB's lexer knows which `;` end one."""
    parts: list[list[Token]] = [[]]
    for token in map(_trimmed, tokens(text)):
        if token.text.startswith(";") and token.kind == duckdb.token_type.operator:
            parts.append([])
        elif token.text:
            parts[-1].append(token)
    return [part for part in parts if part]


def _trimmed(token: Token) -> Token:
    """DuckDB's lexer counts a no-break space to the word behind it, its parser does not."""
    text = token.text.lstrip()
    if len(text) == len(token.text):
        return token
    return token._replace(start=token.end - len(text.encode()), text=text)


def _statement(connection: duckdb.DuckDBPyConnection, script: str, line: int, sql: str, part: list[Token]) -> Statement:
    place, core = f"{script}:{line}", _without_explain(part)
    words = tuple(islice(_outer_words(core), _WORDS))
    if words[:2] == ("IMPORT", "DATABASE"):
        raise InputError("IMPORT DATABASE runs files of its own, which no checksum covers", place=place)
    try:
        extracted = connection.extract_statements(sql)
        bare = sql.encode()[core[0].start - part[0].start :].decode()
        explained = connection.extract_statements(bare) if core != part else extracted
    except duckdb.Error as error:
        raise _syntax_error(script, line, str(error), hides=not _SECRETIVE.isdisjoint(words)) from None
    kind = explained[0].type if len(explained) == 1 else None
    _refuse_transaction(place, kind, words)
    _refuse_parameter(place, extracted)
    return Statement(line, sql, bare, words, kind)


def _without_explain(part: list[Token]) -> list[Token]:
    """The tokens behind EXPLAIN and its options, `ANALYZE` or `(ANALYZE, FORMAT json)`."""
    if part[0].word != "EXPLAIN":
        return part
    depth = 0
    for at, word in enumerate(token.word for token in part):
        depth -= word == ")"
        if depth == 0 and word not in _EXPLAIN and word not in ("(", ")"):
            return part[at:]
        depth += word == "("
    return part


def _refuse_transaction(place: str, kind: duckdb.StatementType | None, words: tuple[str, ...]) -> None:
    if kind == duckdb.StatementType.TRANSACTION:
        raise InputError(
            f"{words[0]} is not allowed: ducktracker runs each migration in a transaction of its own",
            place=place,
            hint="remove the statement; split the file where a commit is needed",
        )


def _refuse_parameter(place: str, extracted: list[duckdb.Statement]) -> None:
    names = sorted(name for statement in extracted for name in statement.named_parameters)
    if names:
        raise InputError(f"the parameter ${names[0]} has no value; a migration takes no parameters", place=place)


def _outer_words(part: list[Token]) -> Iterator[str]:
    depth = 0
    for token in part:
        word = token.word
        depth -= word == ")"
        if not depth and word not in ("(", ")"):
            yield word
        depth += word == "("


def _syntax_error(script: str, line: int, text: str, *, hides: bool) -> InputError:
    """What an error is near to may be the secret itself."""
    found = _LINE.search(text)
    within = int(found[1]) - 1 if found else 0
    message = first_line(text)
    return InputError(message.partition(" at or near ")[0] if hides else message, place=f"{script}:{line + within}")


def first_line(text: str) -> str:
    """Gives what DuckDB says, without secrets, the excerpt of the statement and the stack trace that it adds."""
    return redact(" ".join(re.split(r"\n\s*(?:LINE \d+:|Stack Trace:)", text)[0].split()))
