"""Reads what an ALTER does."""

from dt_lint.script.effect import Action, Effect
from dt_lint.script.names import Home
from dt_lint.script.words import Words

_CONSTRAINTS = {"CHECK", "CONSTRAINT", "FOREIGN", "PRIMARY", "UNIQUE"}


def read_alter(words: Words, home: Home) -> Effect:
    """Return the effect of what stands behind ALTER; raises Unclear."""
    kind = words.kind()
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
        nested_type=change.nested_type,
    )


def _change(words: Words) -> Effect:
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


def _rename_column(words: Words) -> Effect:
    words.take("COLUMN")
    path = words.dotted()
    words.expect("TO")
    return Effect("rename_column", path=path, new_name=words.name())


def _add(words: Words) -> Effect:
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
        nested_type=words.nested_type(),
    )


def _drop_column(words: Words) -> Effect:
    words.take("COLUMN")
    if words.keyword() == "CONSTRAINT":
        return Effect("alter")
    if_exists = words.take("IF", "EXISTS")
    return Effect("drop_column", path=words.dotted(), if_exists=if_exists)


def _alter_column(words: Words) -> Effect:
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
    return Effect("alter_type", path=path, nested_types=words.nested_types(), nested_type=words.nested_type())
