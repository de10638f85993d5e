"""Statements before, those in one transaction, and what comes of them: right, or refused."""

from typing import Any

from support.one_transaction.cases.keys_and_nested import KEYS_AND_NESTED
from support.one_transaction.cases.late_columns import LATE_COLUMNS
from support.one_transaction.cases.small_rows import SMALL_ROWS
from support.one_transaction.cases.values import VALUES

CASES: list[Any] = [*SMALL_ROWS, *VALUES, *LATE_COLUMNS, *KEYS_AND_NESTED]
