"""A migration file cut into statements, by DuckDB's lexer and parser."""

import re
from bisect import bisect
from dataclasses import dataclass

import duckdb

from dt_contract.errors import InputError
from dt_contract.migrations import Migration
from dt_lake.tokens import Token, tokens

_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """One statement as it stands in the file. `line` is that of its first token, from 1; `words` its first tokens."""

    line: int
    sql: str
    words: tuple[str, ...]
    type: duckdb.StatementType | None
    """Null where DuckDB expands the statement into several, as it does with PIVOT."""


@dataclass(frozen=True)
class Script:
    """A migration with its statements."""

    migration: Migration
    statements: tuple[Statement, ...]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.migration.script


def parse(connection: duckdb.DuckDBPyConnection, migration: Migration, text: str) -> Script:
    """Gives the statements of a file's text; nothing runs.

    Raises InputError, with file and line, for a syntax error, for a statement that begins or ends a transaction,
    and for a file without any statement.
    """
    data = text.encode()
    line_ends = [found.start() for found in re.finditer(rb"\n", data)]
    statements = []
    for part in _cut(text):
        sql = data[part[0].start : part[-1].end].decode().rstrip()
        line = bisect(line_ends, part[0].start) + 1
        statements.append(_statement(connection, migration.script, line, sql, part))
    if not statements:
        what = "holds only comments" if text.strip() else "is empty"
        raise InputError(f"{what}; a migration needs a statement", place=migration.script)
    return Script(migration, tuple(statements))


def _cut(text: str) -> list[list[Token]]:
    """The tokens of each statement; DuckDB's lexer knows which `;` end one."""
    parts: list[list[Token]] = [[]]
    for token in tokens(text):
        if token.text.startswith(";") and token.kind == duckdb.token_type.operator:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _statement(connection: duckdb.DuckDBPyConnection, script: str, line: int, sql: str, part: list[Token]) -> Statement:
    try:
        extracted = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise _syntax_error(script, line, error) from None
    kind = extracted[0].type if len(extracted) == 1 else None
    if kind == duckdb.StatementType.TRANSACTION:
        raise InputError(
            f"{sql.split()[0].upper()} is not allowed: ducktracker runs each migration in a transaction of its own",
            place=f"{script}:{line}",
            hint="remove the statement; split the file where a commit is needed",
        )
    words = tuple(_word(token) for token in part[:8])
    return Statement(line, sql, words, kind)


def _word(token: Token) -> str:
    """The token itself, in capitals, without the space and comments behind it."""
    found = re.match(r'\w+|"(?:[^"]|"")*"', token.text)
    return (found[0] if found else token.text[:1]).upper()


def _syntax_error(script: str, line: int, error: duckdb.Error) -> InputError:
    text = str(error)
    found = _LINE.search(text)
    within = int(found[1]) - 1 if found else 0
    return InputError(first_line(text), place=f"{script}:{line + within}")


def first_line(text: str) -> str:
    """Gives what DuckDB says, without the excerpt of the statement that it adds."""
    return " ".join(re.split(r"\n\s*LINE \d+:", text)[0].split())
