"""SQL as values: statements in the migrations that hold them, and what no SQL brings about."""

from typing import Literal, NamedTuple

LeftOverKind = Literal["column order", "default", "id", "not null", "option", "parameter type", "schema name"]
"""What no SQL brings about: an order of columns or fields, a default that DuckLake refuses, an id, NOT NULL where rows
have no value, an option that would have to be unset, a nested type of a macro's parameter, capitals of a schema."""


class Statement(NamedTuple):
    """A statement without its semicolon; `comments` are the lines above it, without `--`.

    A TODO is a statement that must not run before a person has completed it.
    """

    sql: str
    comments: tuple[str, ...] = ()
    todo: bool = False


class LeftOver(NamedTuple):
    """A difference that stays, the full name of what has it, and the reason."""

    kind: LeftOverKind
    name: str
    why: str


Part = tuple[Statement, ...]
"""What one migration holds, which is one transaction."""


class Generated(NamedTuple):
    """Parts in the order in which they run, each right by itself once those before it are applied."""

    parts: tuple[Part, ...] = ()
    left_over: tuple[LeftOver, ...] = ()
    knows_options: bool = True
    """Whether both schemas know their options; else nothing is done about them."""
