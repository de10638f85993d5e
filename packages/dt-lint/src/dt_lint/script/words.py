"""The words of a statement that DuckDB's parser has accepted, read one after another."""

from collections.abc import Iterator, Sequence

import duckdb

from dt_contract.identifiers import fold
from dt_lake.tokens import Token
from dt_lint.script.names import Home, Name

_AFTER_TYPE = {"AS", "CHECK", "COLLATE", "CONSTRAINT", "DEFAULT", "GENERATED", "NOT", "NULL", "PRIMARY", "REFERENCES"}
_NESTED = {"STRUCT", "ROW", "MAP", "ARRAY", "["}


class Unclear(Exception):
    """The statement is not one whose target can be told."""


class Words:
    """A place in a statement, and what can be read from there."""

    def __init__(self, part: Sequence[Token]) -> None:
        self._part = part
        self._at = 0

    def keyword(self, ahead: int = 0) -> str:
        """The keyword or sign that comes next, or `ahead` words later; empty at the end."""
        at = self._at + ahead
        return self._part[at].keyword if at < len(self._part) else ""

    def advance(self) -> None:
        """Skip a word."""
        self._at += 1

    def take(self, *keywords: str) -> bool:
        """Take these keywords if they come next."""
        is_next = all(self.keyword(ahead) == word for ahead, word in enumerate(keywords))
        self._at += len(keywords) * is_next
        return is_next

    def expect(self, *keywords: str) -> None:
        """Take these keywords; raises Unclear if others come next."""
        if not self.take(*keywords):
            raise Unclear

    def take_any(self, *keywords: str) -> str:
        """Take one of these keywords if it comes next, and return it; else return an empty text."""
        word = self.keyword()
        return word if word in keywords and self.take(word) else ""

    def name(self) -> str:
        """Take a name; raises Unclear if none comes next."""
        name = self._part[self._at].name if self._at < len(self._part) else None
        if name is None:
            raise Unclear
        self._at += 1
        return name

    def dotted(self) -> tuple[str, ...]:
        """Take the parts of a name with dots."""
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

    def rest(self) -> Sequence[Token]:
        """The tokens that are not read yet."""
        return self._part[self._at :]

    def nested_types(self) -> int:
        """How many nested types the type that comes next has."""
        return sum(token.keyword in _NESTED for token in self._type())

    def nested_type(self) -> str:
        """The type that comes next, as DuckDB writes it with folded names; empty if it is not nested, or not known."""
        text = "".join(token.text for token in self._type()) if self.nested_types() else ""
        try:
            return fold(str(duckdb.sqltype(text))) if text else ""
        except duckdb.Error:
            return ""

    def _type(self) -> Iterator[Token]:
        depth = 0
        for token in self._part[self._at :]:
            word = token.keyword
            depth += {"(": 1, ")": -1}.get(word, 0)
            if depth == 0 and (word in _AFTER_TYPE or word == "USING"):
                return
            yield token

    def kind(self) -> str:
        """Take the kind of an object, such as `table`."""
        kind = fold(self.keyword())
        self.advance()
        return "macro" if kind == "function" else kind
