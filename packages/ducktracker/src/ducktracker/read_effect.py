"""Reads what a statement does from its tokens, by the part of DuckDB's grammar that leads to the target.

What DuckDB's parser has accepted is read here again, so that a word may be a keyword or a name by its place alone.
"""

from collections.abc import Callable, Iterator, Sequence

from dt_lake.identifiers import fold
from dt_lake.tokens import Token
from ducktracker.effect import Action, Effect
from ducktracker.names import Home, Name

_MODIFIERS = ("GLOBAL", "LOCAL", "PERSISTENT", "RECURSIVE", "TEMP", "TEMPORARY", "UNIQUE", "UNLOGGED")
_NAMED = {"schema", "table", "view", "macro", "sequence", "type"}
_AFTER_TYPE = {"AS", "CHECK", "COLLATE", "CONSTRAINT", "DEFAULT", "GENERATED", "NOT", "NULL", "PRIMARY", "REFERENCES"}
_NESTED = {"STRUCT", "ROW", "MAP", "ARRAY", "["}
_QUERIES = {"(", "DESCRIBE", "FROM", "PIVOT", "PIVOT_LONGER", "PIVOT_WIDER", "SELECT", "SHOW", "SUMMARIZE", "TABLE"} | {
    "UNPIVOT",
    "VALUES",
}
_CONSTRAINTS = {"CHECK", "CONSTRAINT", "FOREIGN", "PRIMARY", "UNIQUE"}


class Unclear(Exception):
    """The statement is not one whose target can be told."""


def read_effect(part: Sequence[Token], home: Home) -> Effect:
    """Return what a statement that DuckDB's parser accepts does; raises Unclear if it can't be told to what."""
    words = _Words(part)
    if words.take("PREPARE"):
        words.name()
        words.expect("AS")
    words.skip_ctes()
    read = _READERS.get(words.keyword())
    if read is None:
        return Effect("select" if words.keyword() in _QUERIES else "other")
    words.advance()
    return read(words, home)


class _Words:
    def __init__(self, part: Sequence[Token]) -> None:
        self._part = part
        self._at = 0

    def keyword(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._part[at].keyword if at < len(self._part) else ""

    def advance(self) -> None:
        self._at += 1

    def take(self, *keywords: str) -> bool:
        """Take these keywords if they come next."""
        is_next = all(self.keyword(ahead) == word for ahead, word in enumerate(keywords))
        self._at += len(keywords) * is_next
        return is_next

    def expect(self, *keywords: str) -> None:
        if not self.take(*keywords):
            raise Unclear

    def take_any(self, *keywords: str) -> str:
        """Take one of these keywords if it comes next, and return it; else return an empty text."""
        word = self.keyword()
        return word if word in keywords and self.take(word) else ""

    def name(self) -> str:
        name = self._part[self._at].name if self._at < len(self._part) else None
        if name is None:
            raise Unclear
        self._at += 1
        return name

    def dotted(self) -> tuple[str, ...]:
        parts = [self.name()]
        while self.take("."):
            parts.append(self.name())
        return tuple(parts)

    def relation(self, home: Home) -> Name:
        """The table behind UPDATE, DELETE FROM …, which may be `ONLY (t)`."""
        self.take("ONLY")
        self.take("(")
        target = home.resolve(self.dotted())
        self.take(")")
        self.take("*")
        return target

    def skip_parentheses(self) -> None:
        """Skip what is in parentheses, if such a pair comes next."""
        depth = 0
        while self._at < len(self._part):
            depth += {"(": 1, ")": -1}.get(self.keyword(), 0)
            if depth == 0 and self.keyword() != ")":
                return
            self._at += 1
            if depth == 0:
                return

    def skip_ctes(self) -> None:
        """Skip `WITH a (…) AS (…), …`."""
        if not self.take("WITH"):
            return
        self.take("RECURSIVE")
        while True:
            self.name()
            self.skip_parentheses()
            if self.take("USING", "KEY"):
                self.skip_parentheses()
            self.expect("AS")
            self.take("NOT")
            self.take("MATERIALIZED")
            self.skip_parentheses()
            if not self.take(","):
                return

    def outer(self) -> Iterator[str]:
        """The keywords and signs of the rest that are not in parentheses."""
        depth = 0
        for token in self._part[self._at :]:
            word = token.keyword
            depth -= word == ")"
            if depth == 0:
                yield word
            depth += word == "("

    def nested_types(self) -> int:
        """How many nested types the type that comes next has."""
        depth = found = 0
        for token in self._part[self._at :]:
            word = token.keyword
            depth += {"(": 1, ")": -1}.get(word, 0)
            if depth == 0 and (word in _AFTER_TYPE or word == "USING"):
                break
            found += word in _NESTED
        return found


def _create(words: _Words, home: Home) -> Effect:
    or_replace = words.take("OR", "REPLACE")
    modifiers = set()
    while word := words.take_any(*_MODIFIERS):
        modifiers.add(word)
    kind = _kind(words)
    if_not_exists = words.take("IF", "NOT", "EXISTS")
    temporary = not modifiers.isdisjoint({"TEMP", "TEMPORARY"})
    target = _object(words, home, kind, creates=True) if kind in _NAMED else None
    return Effect(
        "create",
        kind,
        target,
        temporary=temporary or (target is not None and target.schemas[:1] in (("temp",), ("temp.main",))),
        or_replace=or_replace,
        if_not_exists=if_not_exists,
        has_query=kind == "table" and "AS" in words.outer(),
    )


def _kind(words: _Words) -> str:
    kind = fold(words.keyword())
    words.advance()
    return "macro" if kind == "function" else kind


def _object(words: _Words, home: Home, kind: str, *, creates: bool = False) -> Name:
    parts = words.dotted()
    return Name(("",), parts[-1]) if kind == "schema" else home.resolve(parts, creates=creates)


def _drop(words: _Words, home: Home) -> Effect:
    kind = _kind(words)
    if kind == "macro":
        words.take("TABLE")
    if_exists = words.take("IF", "EXISTS")
    if kind not in _NAMED:
        return Effect("other", kind)
    return Effect("drop", kind, _object(words, home, kind), if_exists=if_exists)


def _alter(words: _Words, home: Home) -> Effect:
    kind = _kind(words)
    if kind not in ("table", "view"):
        return Effect("other", kind)
    if_exists = words.take("IF", "EXISTS")
    target = words.relation(home)
    change = _change(words)
    return Effect(
        change.action,
        kind,
        target,
        change.path,
        change.new_name,
        if_exists=if_exists or change.if_exists,
        if_not_exists=change.if_not_exists,
        has_default=change.has_default,
        nested_types=change.nested_types,
    )


def _change(words: _Words) -> Effect:
    """What stands behind the name of the table."""
    if words.take("RENAME", "TO"):
        return Effect("rename", new_name=words.name())
    for verb, read in (("RENAME", _rename_column), ("ADD", _add), ("DROP", _drop_column), ("ALTER", _alter_column)):
        if words.take(verb):
            return read(words)
    verb = words.take_any("SET", "RESET")
    keys = words.take_any("PARTITIONED", "SORTED")
    actions: dict[tuple[str, str], Action] = {
        ("SET", "PARTITIONED"): "set_partitioned",
        ("RESET", "PARTITIONED"): "reset_partitioned",
        ("SET", "SORTED"): "set_sorted",
        ("RESET", "SORTED"): "reset_sorted",
    }
    return Effect(actions.get((verb, keys), "alter"))


def _rename_column(words: _Words) -> Effect:
    words.take("COLUMN")
    path = words.dotted()
    words.expect("TO")
    return Effect("rename_column", path=path, new_name=words.name())


def _add(words: _Words) -> Effect:
    words.take("COLUMN")
    if words.keyword() in _CONSTRAINTS:
        return Effect("alter")
    if_not_exists = words.take("IF", "NOT", "EXISTS")
    path = words.dotted()
    return Effect(
        "add_column",
        path=path,
        if_not_exists=if_not_exists,
        has_default="DEFAULT" in words.outer(),
        nested_types=words.nested_types(),
    )


def _drop_column(words: _Words) -> Effect:
    words.take("COLUMN")
    if words.keyword() == "CONSTRAINT":
        return Effect("alter")
    if_exists = words.take("IF", "EXISTS")
    return Effect("drop_column", path=words.dotted(), if_exists=if_exists)


def _alter_column(words: _Words) -> Effect:
    words.take("COLUMN")
    path = words.dotted()
    fixed: tuple[tuple[Action, tuple[str, ...]], ...] = (
        ("set_default", ("SET", "DEFAULT")),
        ("drop_default", ("DROP", "DEFAULT")),
        ("set_not_null", ("SET", "NOT", "NULL")),
        ("drop_not_null", ("DROP", "NOT", "NULL")),
    )
    for action, keywords in fixed:
        if words.take(*keywords):
            return Effect(action, path=path)
    words.take("SET")
    words.take("DATA")
    words.expect("TYPE")
    return Effect("alter_type", path=path, nested_types=words.nested_types())


def _comment(words: _Words, home: Home) -> Effect:
    words.expect("ON")
    kind = _kind(words)
    if kind == "macro":
        words.take("TABLE")
    parts = words.dotted()
    if kind == "column":
        if len(parts) == 1:
            raise Unclear
        return Effect("comment", kind, home.resolve(parts[:-1]), path=parts[-1:])
    return Effect("comment", kind, home.resolve(parts))


def _insert(words: _Words, home: Home) -> Effect:
    how = words.take_any("REPLACE", "IGNORE") if words.take("OR") else ""
    words.expect("INTO")
    return Effect("insert", "table", words.relation(home), or_replace=how == "REPLACE")


def _update(words: _Words, home: Home) -> Effect:
    target = words.relation(home)
    return Effect("update", "table", target) if "SET" in words.outer() else Effect("other")  # UPDATE EXTENSIONS


def _delete(words: _Words, home: Home) -> Effect:
    words.expect("FROM")
    return Effect("delete", "table", words.relation(home))


def _truncate(words: _Words, home: Home) -> Effect:
    words.take("TABLE")
    return Effect("delete", "table", words.relation(home))


def _merge(words: _Words, home: Home) -> Effect:
    words.expect("INTO")
    return Effect("merge", "table", words.relation(home))


def _copy(words: _Words, home: Home) -> Effect:
    if words.take("FROM", "DATABASE"):
        return Effect("copy_database")
    words.take("BINARY")
    if words.keyword() == "(":
        return Effect("copy_to")
    target = home.resolve(words.dotted())
    words.skip_parentheses()
    if words.take("TO"):
        return Effect("copy_to", "table", target)
    words.expect("FROM")
    return Effect("copy_from", "table", target)


def _use(words: _Words, home: Home) -> Effect:
    del home
    return Effect("use", path=words.dotted())


def _set(words: _Words, home: Home) -> Effect:
    del home
    words.take_any("SESSION", "GLOBAL", "LOCAL")
    if words.take("VARIABLE"):
        return Effect("set")
    return Effect("set", path=words.dotted())


def _pragma(words: _Words, home: Home) -> Effect:
    del home
    return Effect("pragma", path=words.dotted())


def _call(words: _Words, home: Home) -> Effect:
    del home
    return Effect("call", path=words.dotted())


def _execute(words: _Words, home: Home) -> Effect:
    del home
    return Effect("execute", new_name=words.name())


_READERS: dict[str, Callable[[_Words, Home], Effect]] = {
    "ALTER": _alter,
    "CALL": _call,
    "COMMENT": _comment,
    "COPY": _copy,
    "CREATE": _create,
    "DELETE": _delete,
    "DROP": _drop,
    "EXECUTE": _execute,
    "INSERT": _insert,
    "MERGE": _merge,
    "PRAGMA": _pragma,
    "RESET": _set,
    "SET": _set,
    "TRUNCATE": _truncate,
    "UPDATE": _update,
    "USE": _use,
}
