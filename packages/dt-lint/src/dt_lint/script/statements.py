"""A migration file cut into statements, by DuckDB's lexer and parser."""

import re
from bisect import bisect
from collections.abc import Sequence

import duckdb
import msgspec
from msgspec.structs import replace

from dt_contract.errors import InputError
from dt_contract.migrations import Migration
from dt_contract.redaction import redact
from dt_lake.tokens import Token, tokens
from dt_lint.script.effect import Effect
from dt_lint.script.names import Home, Name
from dt_lint.script.past_names import past_names
from dt_lint.script.read_effect import read_effect
from dt_lint.script.refuse import ADD_COLUMN, refuse_blank, refuse_hidden, refuse_import, refuse_parameter
from dt_lint.script.source_text import readable
from dt_lint.script.words import Unclear

_Type = duckdb.StatementType
_ACTIONS: dict[duckdb.StatementType, set[str]] = {
    _Type.INSERT: {"insert"},
    _Type.UPDATE: {"update", "add_column"},
    _Type.DELETE: {"delete"},
    _Type.MERGE_INTO: {"merge"},
}
"""What the effect of a statement must be where its type is in that of DuckDB."""
_EXPLAIN = ("ANALYZE", "ANALYSE", "VERBOSE", "FORMAT")
_SECRETIVE = {"SECRET", "ATTACH"}
_SUGGESTED = re.compile(r' Did you mean "([^"]*)"\?')
_METADATA = ("__ducklake_metadata_", "__ducktracker_", "information_schema.")
_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
_SPACE = " \t\n\r\f"


class Statement(msgspec.Struct, frozen=True):
    """One statement as it stands in the file. `line` is that of its first token, from 1.

    `core` is the same without EXPLAIN, which runs what it explains when it is told to ANALYZE.
    """

    line: int
    sql: str
    core: str
    type: duckdb.StatementType | None
    """None where DuckDB expands the statement into several, as it does with PIVOT."""
    effect: Effect
    keyword: str
    """The first word of `core`, in capitals."""
    past: tuple[Name, ...] = ()
    """The tables of which it reads the past."""


class Problem(msgspec.Struct, frozen=True):
    """Why a migration can't hold a statement, or is not read at all. `line` is None if it has no statement."""

    message: str
    line: int | None
    hint: str | None = None


class Script(msgspec.Struct, frozen=True):
    """A migration with its statements, and with problems in place of those that can't be used."""

    migration: Migration
    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """The file's name."""
        return self.migration.script


def parse(connection: duckdb.DuckDBPyConnection, migration: Migration, text: str, home: Home | None = None) -> Script:
    """Return the statements of a file's text; nothing runs. `home` is the lake's catalog and the schema in use.

    Raises InputError, with file and line, for the first problem.
    """
    script = read(connection, migration, text, home or Home())
    for problem in script.problems:
        place = f"{script.name}:{problem.line}" if problem.line else script.name
        raise InputError(problem.message, place=place, hint=problem.hint)
    return script


def read(connection: duckdb.DuckDBPyConnection, migration: Migration, text: str, home: Home) -> Script:
    """Return the statements of a file's text, and its problems; nothing runs.

    A problem is a syntax error, a statement that begins or ends a transaction or has a parameter, a comment that is
    never closed, and a file without any statement.
    """
    statements: list[Statement] = []
    problems: list[Problem] = []
    try:
        text = readable(migration.script, text)
    except InputError as error:
        return Script(migration, (), (_problem(migration, error),))
    data = text.encode()
    line_ends = [found.start() for found in re.finditer(rb"\n", data)]
    reader = _Reader(connection, migration.script, home)
    for part in _cut(text):
        sql = data[part[0].start : part[-1].end].decode().rstrip(_SPACE)
        try:
            statements.append(reader.read(bisect(line_ends, part[0].start) + 1, sql, part))
        except InputError as error:
            problems.append(_problem(migration, error))
    if not statements and not problems:
        what = "holds only comments" if text.strip() else "is empty"
        problems.append(Problem(f"{what}; a migration needs a statement", None))
    return Script(migration, tuple(statements), tuple(problems))


def _problem(migration: Migration, error: InputError) -> Problem:
    line = (error.place or "").removeprefix(f"{migration.script}:")
    return Problem(error.message, int(line), error.hint)


def _cut(text: str) -> list[list[Token]]:
    """The tokens of each statement; DuckDB's lexer knows which `;` end one."""
    parts: list[list[Token]] = [[]]
    for token in tokens(text):
        if token.text.startswith(";") and token.kind == duckdb.token_type.operator:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


class _Reader:
    """Reads the statements of one file in order: what they mean depends on USE and PREPARE before them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, script: str, home: Home) -> None:
        self._connection = connection
        self._script = script
        self._home = home
        self._prepared: dict[str, tuple[Effect, tuple[Name, ...]]] = {}

    def read(self, line: int, sql: str, part: list[Token]) -> Statement:
        place, core = f"{self._script}:{line}", _without_explain(part)
        bare = sql.encode()[core[0].start - part[0].start :].decode()
        refuse_import(place, core)
        extracted = self._extract(line, sql, core)
        explained = extracted if core is part else self._extract(line, bare, core)
        refuse_blank(place, sql, part, extracted)
        refuse_hidden(place, core, explained)
        refuse_parameter(place, extracted)
        past = past_names(core, self._home)
        effect = self._effect(place, core, [item.type for item in explained])
        match core[0].keyword:
            case "PREPARE":
                self._prepared[core[1].name or ""] = effect, past
            case "EXECUTE":
                past = self._prepared[core[1].name or ""][1]
        kind = explained[0].type if len(explained) == 1 else None
        return Statement(line, sql, bare, kind, effect, core[0].keyword, past)

    def _extract(self, line: int, sql: str, core: list[Token]) -> list[duckdb.Statement]:
        try:
            return self._connection.extract_statements(sql)
        except duckdb.Error as error:
            hides = any(token.keyword in _SECRETIVE for token in core)
            raise _syntax_error(self._script, line, str(error), hides=hides) from None

    def _effect(self, place: str, core: list[Token], types: Sequence[duckdb.StatementType]) -> Effect:
        try:
            effect = self._followed(core, read_effect(core, self._home))
            if any(effect.action not in _ACTIONS.get(kind, {effect.action}) for kind in types):
                raise Unclear
            if types[1:-1] == ADD_COLUMN:
                effect = replace(effect, fills_column=True)
        except Unclear:
            raise InputError(
                "can't tell what this statement changes",
                place=place,
                hint="write the names in it plainly, or in double quotes",
            ) from None
        if effect.action == "execute":
            raise InputError(f"EXECUTE of {effect.new_name}, which this file does not PREPARE before", place=place)
        return effect

    def _followed(self, core: list[Token], effect: Effect) -> Effect:
        """Take note of what changes the meaning of later statements; EXECUTE does what was prepared."""
        match effect.action:
            case "use":
                self._home = self._home.use(effect.path)
            case "set" | "pragma" if effect.path[-1:] in (("schema",), ("search_path",)):
                self._home = Home(self._home.catalog, None)
            case "execute":
                return self._prepared[effect.new_name][0] if effect.new_name in self._prepared else effect
        return effect


def _without_explain(part: list[Token]) -> list[Token]:
    """The tokens behind EXPLAIN and its options, `ANALYZE` or `(ANALYZE, FORMAT json)`."""
    if part[0].keyword != "EXPLAIN":
        return part
    at = 1
    words = [token.keyword for token in part[:3]]
    if words[1:2] == ["("] and words[2:3] and words[2] in _EXPLAIN:
        at = next((index for index, token in enumerate(part) if token.keyword == ")"), 0) + 1
    while at < len(part) and part[at].keyword in _EXPLAIN:
        at += 1
    return part[at:] or part


def _syntax_error(script: str, line: int, text: str, *, hides: bool) -> InputError:
    """What an error is near to may be the secret itself."""
    found = _LINE.search(text)
    within = int(found[1]) - 1 if found else 0
    message = first_line(text)
    return InputError(message.partition(" at or near ")[0] if hides else message, place=f"{script}:{line + within}")


def first_line(text: str) -> str:
    """Return what DuckDB says, without secrets, the excerpt of the statement and the stack trace that it adds."""
    said = " ".join(redact(re.split(r"\n\s*(?:LINE \d+:|Stack Trace:)", text)[0]).split())
    said = _SUGGESTED.sub(_suggestion, said)
    # DuckDB writes the colon twice if the column is named with its table.
    return said.replace("Candidate bindings: : ", "Candidate bindings: ")


def _suggestion(found: re.Match[str]) -> str:
    """Without names in the lake's metadata: they help nobody, and are others in each kind of catalog."""
    own = " or ".join(name for name in found[1].split(" or ") if not name.startswith(_METADATA))
    return f' Did you mean "{own}"?' if own else ""
