"""No secret of a migration is ever printed."""

import pytest

from support.lakes import extension
from support.project import Project

LOAD = f"LOAD '{extension('httpfs')}';\nLOAD '{extension('postgres_scanner')}';\n"
HIDDEN = "hunter2Quack"
FAILING = [
    pytest.param(f"CREATE SECRET s (TYPE s3, KEY_ID 'id', SECRET '{HIDDEN}', QUACK 'x');", 4, id="unknown option"),
    pytest.param(f"CREATE SECRET s (TYPE quack, KEY_ID 'id', SECRET '{HIDDEN}');", 4, id="unknown type"),
    pytest.param(f"CREATE SECRET s (TYPE s3, SECRET '{HIDDEN}' 'x');", 2, id="syntax error behind it"),
    pytest.param(f"CREATE SECRET s (TYPE s3, SECRET 'x' '{HIDDEN}');", 2, id="syntax error at it"),
    pytest.param(f"CREATE SECRET s (TYPE s3, SECRET {HIDDEN}%);", 2, id="syntax error without quotes"),
    pytest.param(f"CREATE SECRET s (TYPE s3, SECRET $${HIDDEN}$$, QUACK 'x');", 4, id="dollar-quoted"),
    pytest.param(f"CREATE SECRET s (TYPE postgres, PASSWORD '{HIDDEN}', QUACK 'x');", 4, id="password"),
    pytest.param(
        f"CREATE SECRET s (TYPE s3, KEY_ID 'id', SECRET '{HIDDEN}');\nSELECT missing;", 4, id="a later statement fails"
    ),
    pytest.param(
        f"ATTACH 'host=/nowhere dbname=x user=y password={HIDDEN}' AS p (TYPE postgres);", 4, id="ATTACH, keywords"
    ),
    pytest.param(
        f"ATTACH 'host=/nowhere dbname=x password=''{HIDDEN}''' AS p (TYPE postgres);", 4, id="ATTACH, quoted"
    ),
    pytest.param(f"ATTACH 'postgresql://y:{HIDDEN}@127.0.0.1:1/x' AS p (TYPE postgres);", 4, id="ATTACH, URI"),
    pytest.param(
        f"ATTACH 'postgres:postgresql://127.0.0.1:1/x?user=y&password={HIDDEN}' AS p;", 4, id="ATTACH, parameter"
    ),
]


@pytest.mark.parametrize(("sql", "code"), FAILING)
def test_a_failing_statement_does_not_show_its_secret(project: Project, sql: str, code: int) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (i INT);")
    project.migration("V2__secret.sql", LOAD + sql)
    for argv in (["migrate", "--json"], ["migrate"], ["plan"], ["plan", "--json"]):
        ran = project.main(*argv)
        assert ran.code in (0, code), ran.err
        assert HIDDEN not in ran.out + ran.err
    assert project.call("dt-history").code == 0
    assert HIDDEN not in project.call("dt-history").out


def test_the_commit_message_does_not_hold_it(project: Project) -> None:
    project.migration("V1__secret.sql", LOAD + f"CREATE SECRET s (TYPE s3, KEY_ID 'id', SECRET '{HIDDEN}');")
    assert project.main("migrate").code == 0
    assert HIDDEN not in str(project.sql("SELECT commit_message, commit_extra_info FROM lake.snapshots()"))
