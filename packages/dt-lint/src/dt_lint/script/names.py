"""Which object of the lake a name means: names resolved against the schema in use, and compared."""

from collections.abc import Iterable

import msgspec

from dt_contract.identifiers import fold

DEFAULT = "main"


class Name(msgspec.Struct, frozen=True):
    """The name of an object, folded, and the schemas that it may be in; empty if that may be any.

    A schema of another catalog is one with that catalog before a dot. The name of a schema itself is in the schema "".
    """

    schemas: tuple[str, ...]
    name: str

    def may_be(self, schema: str, name: str) -> bool:
        """Whether it may mean this object of the lake."""
        return self.name == fold(name) and (not self.schemas or fold(schema) in self.schemas)

    def renamed(self, new: str) -> "Name":
        """Return the name after RENAME TO, which leaves an object in its schema."""
        return Name(self.schemas, new)


class Home(msgspec.Struct, frozen=True):
    """The catalog of the lake and the schema in use, None if that can't be told."""

    catalog: str = ""
    schema: str | None = DEFAULT

    @classmethod
    def of(cls, catalog: str, schema: str) -> "Home":
        """Return the home that `USE catalog.schema` makes."""
        return cls(fold(catalog), fold(schema))

    def resolve(self, parts: tuple[str, ...], *, creates: bool = False) -> Name:
        """Return what a name of one, two or three parts means.

        A name without a schema may mean an object of `main` too, if none is in the schema in use; not where it is made.
        """
        *prefix, last = parts
        match prefix:
            case []:
                return Name(self._schemas(creates=creates), last)
            case [self.catalog]:
                return Name(self._schemas(creates=False), last)
            case [schema]:
                return Name((schema,), last)
            case [*_, catalog, schema]:
                return Name((schema if catalog == self.catalog else f"{catalog}.{schema}",), last)
        raise AssertionError(parts)

    def use(self, parts: tuple[str, ...]) -> "Home":
        """Return the home after USE."""
        match parts:
            case (self.catalog,):
                return Home(self.catalog, DEFAULT)
            case (schema,):
                return Home(self.catalog, schema)
            case (catalog, schema):
                return Home(self.catalog, schema if catalog == self.catalog else f"{catalog}.{schema}")
            case _:
                return Home(self.catalog, None)

    def _schemas(self, *, creates: bool) -> tuple[str, ...]:
        if self.schema is None:
            return ()
        return (self.schema,) if creates or self.schema == DEFAULT else (self.schema, DEFAULT)


class SameObjects:
    """Finds a key that two names share if they may mean the same object, among all names of a transaction."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._anywhere: set[str] = set()
        self._parents: dict[tuple[str, str], tuple[str, str]] = {}
        for name in names:
            if not name.schemas:
                self._anywhere.add(name.name)
            for schema in name.schemas[1:]:
                self._parents[self._root((schema, name.name))] = self._root((name.schemas[0], name.name))

    def key(self, name: Name) -> tuple[str, str]:
        """Return the key of a name."""
        return ("", name.name) if name.name in self._anywhere else self._root((name.schemas[0], name.name))

    def _root(self, key: tuple[str, str]) -> tuple[str, str]:
        while (parent := self._parents.get(key, key)) != key:
            self._parents[key] = self._parents.get(parent, parent)
            key = parent
        return key
