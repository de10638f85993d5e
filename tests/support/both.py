"""A table of cases for both catalogs: all of them, of which few are quick."""

from collections.abc import Collection, Sequence
from typing import Protocol

import pytest

from support.backends import BACKENDS


class Case(Protocol):
    """What a row of a table must have."""

    @property
    def id(self) -> str:
        """What it is called."""

    @property
    def is_quick(self) -> bool:
        """Whether it is tried in every run on a DuckDB file."""


def on_both(cases: Sequence[Case], quick_on_postgres: Collection[str]) -> list[object]:
    """Return each case with each backend, as what parametrizes a test; the quick ones of PostgreSQL by their ids."""
    found: list[object] = []
    for backend in BACKENDS:
        for case in cases:
            is_quick = case.is_quick if backend == "duckdb" else case.id in quick_on_postgres
            marks = () if is_quick else pytest.mark.slow
            found.append(pytest.param(backend, case, id=f"{backend}, {case.id}", marks=marks))
    return found
