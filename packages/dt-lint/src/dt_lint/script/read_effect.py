"""Reads what a statement does from its tokens, by the part of DuckDB's grammar that leads to the target.

What DuckDB's parser has accepted is read here again, so that a word may be a keyword or a name by its place alone.
"""

from collections.abc import Callable, Sequence

from dt_lake.tokens import Token
from dt_lint.script.effect import Effect
from dt_lint.script.names import Home, Name
from dt_lint.script.read_alter import read_alter
from dt_lint.script.words import Unclear, Words

_MODIFIERS = ("GLOBAL", "LOCAL", "PERSISTENT", "RECURSIVE", "TEMP", "TEMPORARY", "UNIQUE", "UNLOGGED")
_NAMED = {"schema", "table", "view", "macro", "sequence", "type"}
_QUERIES = {"(", "DESCRIBE", "FROM", "PIVOT", "PIVOT_LONGER", "PIVOT_WIDER", "SELECT", "SHOW", "SUMMARIZE", "TABLE"} | {
    "UNPIVOT",
    "VALUES",
}


def read_effect(part: Sequence[Token], home: Home) -> Effect:
    """Return what a statement that DuckDB's parser accepts does; raises Unclear if it can't be told to what."""
    words = Words(part)
    if words.take("PREPARE"):
        words.name()
        words.expect("AS")
    words.skip_ctes()
    read = _READERS.get(words.keyword())
    if read is None:
        return Effect("select" if words.keyword() in _QUERIES else "other")
    words.advance()
    return read(words, home)


def _create(words: Words, home: Home) -> Effect:
    or_replace = words.take("OR", "REPLACE")
    modifiers = set()
    while word := words.take_any(*_MODIFIERS):
        modifiers.add(word)
    kind = words.kind()
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


def _object(words: Words, home: Home, kind: str, *, creates: bool = False) -> Name:
    parts = words.dotted()
    return Name(("",), parts[-1]) if kind == "schema" else home.resolve(parts, creates=creates)


def _drop(words: Words, home: Home) -> Effect:
    kind = words.kind()
    if kind == "macro":
        words.take("TABLE")
    if_exists = words.take("IF", "EXISTS")
    if kind not in _NAMED:
        return Effect("other", kind)
    return Effect("drop", kind, _object(words, home, kind), if_exists=if_exists)


def _comment(words: Words, home: Home) -> Effect:
    words.expect("ON")
    kind = words.kind()
    if kind == "macro":
        words.take("TABLE")
    parts = words.dotted()
    if kind == "column":
        if len(parts) == 1:
            raise Unclear
        return Effect("comment", kind, home.resolve(parts[:-1]), path=parts[-1:])
    return Effect("comment", kind, home.resolve(parts))


def _insert(words: Words, home: Home) -> Effect:
    how = words.take_any("REPLACE", "IGNORE") if words.take("OR") else ""
    words.expect("INTO")
    return Effect("insert", "table", words.relation(home), or_replace=how == "REPLACE")


def _update(words: Words, home: Home) -> Effect:
    target = words.relation(home)
    return Effect("update", "table", target) if "SET" in words.outer() else Effect("other")  # UPDATE EXTENSIONS


def _delete(words: Words, home: Home) -> Effect:
    words.expect("FROM")
    return Effect("delete", "table", words.relation(home))


def _truncate(words: Words, home: Home) -> Effect:
    words.take("TABLE")
    return Effect("delete", "table", words.relation(home))


def _merge(words: Words, home: Home) -> Effect:
    words.expect("INTO")
    return Effect("merge", "table", words.relation(home))


def _copy(words: Words, home: Home) -> Effect:
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


def _use(words: Words, home: Home) -> Effect:
    del home
    return Effect("use", path=words.dotted())


def _set(words: Words, home: Home) -> Effect:
    del home
    words.take_any("SESSION", "GLOBAL", "LOCAL")
    if words.take("VARIABLE"):
        return Effect("set")
    return Effect("set", path=words.dotted())


def _pragma(words: Words, home: Home) -> Effect:
    del home
    return Effect("pragma", path=words.dotted())


def _call(words: Words, home: Home) -> Effect:
    del home
    return Effect("call", path=words.dotted())


def _execute(words: Words, home: Home) -> Effect:
    del home
    return Effect("execute", new_name=words.name())


_READERS: dict[str, Callable[[Words, Home], Effect]] = {
    "ALTER": read_alter,
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
