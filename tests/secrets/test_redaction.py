"""No secret of a statement is shown, whatever the statement and however it is written."""

import pytest
from hypothesis import HealthCheck, given, settings

from dt_contract.codec import encode
from dt_contract.diff import DiffDocument, Side
from dt_contract.plan import PlanDocument, PlannedMigration, PlannedStatement
from dt_contract.redaction import redact
from dt_contract.terminal import lines
from support.secret_sql import Statement, leaks, statements

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def check(statement: Statement) -> None:
    assert not leaks(redact(statement.sql))
    assert not leaks("\n".join(lines(statement.sql)))
    planned = PlannedStatement(line=1, sql=statement.sql)
    migration = PlannedMigration(script="V1__x.sql", checksum="c", statements=(planned,))
    document = PlanDocument(migrations=(migration,), diff=DiffDocument(expected=Side(name="a"), actual=Side(name="b")))
    assert not leaks(encode(document).decode())


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(statements())
def test_a_few_statements(statement: Statement) -> None:
    check(statement)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=QUIET)
@given(statements())
def test_many_statements(statement: Statement) -> None:
    check(statement)
