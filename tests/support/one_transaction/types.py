"""Column types of the random statements, and SQL expressions that give a value of one for each number."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

SCALARS = ("INTEGER", "BIGINT", "VARCHAR", "DOUBLE", "DATE", "BOOLEAN", "DECIMAL(9,2)")
WIDER = {
    "INTEGER": ("BIGINT", "DOUBLE"),
    "BIGINT": ("HUGEINT",),
    "FLOAT": ("DOUBLE",),
    "SMALLINT": ("INTEGER", "BIGINT"),
}
_VALUES = {
    "VARCHAR": "'v' || {n}",
    "DATE": "DATE '2020-01-01' + ({n})::INTEGER",
    "BOOLEAN": "({n}) % 2 = 0",
}


@dataclass(frozen=True)
class Type:
    """A type: its name, and its named children where it is STRUCT, LIST (element) or MAP (key, value)."""

    name: str
    fields: tuple[tuple[str, "Type"], ...] = ()

    @property
    def is_nested(self) -> bool:
        return bool(self.fields)

    def __str__(self) -> str:
        children = [str(field) for _, field in self.fields]
        match self.name:
            case "LIST":
                return f"{children[0]}[]"
            case "MAP":
                return f"MAP({', '.join(children)})"
            case "STRUCT":
                return f"STRUCT({', '.join(f'{name} {child}' for name, child in self.fields)})"
        return self.name

    def value(self, number: str) -> str:
        """Return an SQL expression of this type that depends on `number`, an SQL expression of an integer."""
        children = [(name, child.value(number)) for name, child in self.fields]
        match self.name:
            case "LIST":
                return f"[{children[0][1]}]"
            case "MAP":
                return f"MAP {{{children[0][1]}: {children[1][1]}}}"
            case "STRUCT":
                return f"struct_pack({', '.join(f'{name} := {value}' for name, value in children)})"
        return _VALUES.get(self.name, "{n}").format(n=number) + f"::{self.name}" * (self.name not in _VALUES)

    def paths(self) -> Iterator[tuple[str, ...]]:
        """Yield the path of each field of a STRUCT that is here, also of those in structs."""
        if self.name != "STRUCT":
            return
        for name, child in self.fields:
            yield (name,)
            yield from ((name, *rest) for rest in child.paths())

    def structs(self) -> Iterator[tuple[str, ...]]:
        """Yield the path of each STRUCT that is here, () for the type itself."""
        if self.name == "STRUCT":
            yield ()
            for name, child in self.fields:
                yield from ((name, *rest) for rest in child.structs())

    def at(self, path: tuple[str, ...]) -> "Type":
        """Return the type of a field."""
        return dict(self.fields)[path[0]].at(path[1:]) if path else self

    def changed(self, path: tuple[str, ...], new: tuple[str, "Type"] | None) -> "Type":
        """Return the type with the field at `path` replaced, or without it; a path that isn't there is added."""
        if len(path) > 1:
            fields = [(name, child.changed(path[1:], new) if name == path[0] else child) for name, child in self.fields]
        elif path[0] in dict(self.fields):
            fields = [item for old in self.fields if (item := new if old[0] == path[0] else old)]
        else:
            fields = [*self.fields, *([new] if new else [])]
        return replace(self, fields=tuple(fields))


def scalar(random: Random) -> Type:
    """Return a type without children."""
    return Type(random.choice((*SCALARS, "INTEGER", "INTEGER", "VARCHAR")))


def nested(random: Random) -> Type:
    """Return a STRUCT, a list or a MAP."""
    inner = Type(random.choice(("INTEGER", "VARCHAR")))
    struct = Type("STRUCT", (("x", Type("INTEGER")), ("y", inner)))
    return random.choice(
        (
            struct,
            struct,
            Type("LIST", (("element", inner),)),
            Type("LIST", (("element", struct),)),
            Type("MAP", (("key", Type("VARCHAR")), ("value", Type("INTEGER")))),
            Type("STRUCT", (("x", Type("INTEGER")), ("p", struct))),
        )
    )


def wider(type_: Type, random: Random) -> Type | None:
    """Return a type that this one can be altered to, or None."""
    if type_.name in WIDER:
        return Type(random.choice(WIDER[type_.name]))
    if not type_.is_nested:
        return None
    fields = list(type_.fields)
    if type_.name == "STRUCT" and random.random() < 0.4:
        new = nested(random) if random.random() < 0.3 else scalar(random)
        return replace(type_, fields=(*fields, (f"w{len(fields)}{random.randrange(100)}", new)))
    at = len(fields) - 1 if type_.name == "MAP" else random.randrange(len(fields))
    child = wider(fields[at][1], random)
    if child is None:
        return None
    fields[at] = (fields[at][0], child)
    return replace(type_, fields=tuple(fields))
