import time
from collections.abc import Iterator

import duckdb
import pytest

from dt_contract.errors import InputError
from dt_contract.migrations import Migration
from dt_lint.script.statements import Script, first_line, parse

MIGRATION = Migration(type="versioned", version=1, description="x", script="V1__x.sql", checksum="")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def cut(connection: duckdb.DuckDBPyConnection, text: str) -> Script:
    return parse(connection, MIGRATION, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("SELECT 1", [(1, "SELECT 1")], id="no semicolon"),
        pytest.param("SELECT 1;\nSELECT 2;\n", [(1, "SELECT 1"), (2, "SELECT 2")], id="two"),
        pytest.param("SELECT 1; SELECT 2", [(1, "SELECT 1"), (1, "SELECT 2")], id="two in a line"),
        pytest.param(";;\n;SELECT 1;;", [(2, "SELECT 1")], id="empty statements"),
        pytest.param("\n\n\nSELECT\n 1\n;\n\n SELECT 2", [(4, "SELECT\n 1"), (8, "SELECT 2")], id="lines"),
        pytest.param(
            'CREATE TABLE "a;b" (i INT); SELECT 2',
            [(1, 'CREATE TABLE "a;b" (i INT)'), (1, "SELECT 2")],
            id="; in a name",
        ),
        pytest.param(
            'SELECT 1 AS "a"";"; SELECT 2', [(1, 'SELECT 1 AS "a"";"'), (1, "SELECT 2")], id="quote in a name"
        ),
        pytest.param(
            "SELECT 'a;''b'; SELECT 2", [(1, "SELECT 'a;''b'"), (1, "SELECT 2")], id="; and quote in a string"
        ),
        pytest.param(r"SELECT E'a\';b'; SELECT 2", [(1, r"SELECT E'a\';b'"), (1, "SELECT 2")], id="E string"),
        pytest.param("SELECT $$a;'b$$; SELECT 2", [(1, "SELECT $$a;'b$$"), (1, "SELECT 2")], id="dollar-quoted"),
        pytest.param("SELECT $x$;$$;$x$; SELECT 2", [(1, "SELECT $x$;$$;$x$"), (1, "SELECT 2")], id="tagged dollars"),
        pytest.param(
            "/* a; /* b; */ c; */ SELECT 1; SELECT 2", [(1, "SELECT 1"), (1, "SELECT 2")], id="nested comment"
        ),
        pytest.param("-- a; it's\nSELECT 1; -- b;", [(2, "SELECT 1")], id="line comment without a line end"),
        pytest.param("SELECT 1 --", [(1, "SELECT 1 --")], id="empty comment at the end"),
        pytest.param("SELECT 1 /* a */ + /* b */ 2;", [(1, "SELECT 1 /* a */ + /* b */ 2")], id="comments within"),
        pytest.param(
            "SELECT '/*'; SELECT '*/'", [(1, "SELECT '/*'"), (1, "SELECT '*/'")], id="comment signs in strings"
        ),
        pytest.param(
            "SELECT 'é'; SELECT '日本;🦆';\nSELECT 3",
            [(1, "SELECT 'é'"), (1, "SELECT '日本;🦆'"), (2, "SELECT 3")],
            id="not ASCII",
        ),
        pytest.param(
            'CREATE TABLE "ñ;" (ü INT); SELECT 2',
            [(1, 'CREATE TABLE "ñ;" (ü INT)'), (1, "SELECT 2")],
            id="names not ASCII",
        ),
        pytest.param("SELECT 1;\u00a0\nSELECT 2", [(1, "SELECT 1"), (2, "SELECT 2")], id="no-break space"),
        pytest.param(
            "PIVOT t ON a USING sum(b); SELECT 2", [(1, "PIVOT t ON a USING sum(b)"), (1, "SELECT 2")], id="PIVOT"
        ),
        pytest.param(
            "UNPIVOT t ON a, b INTO NAME n VALUE v;", [(1, "UNPIVOT t ON a, b INTO NAME n VALUE v")], id="UNPIVOT"
        ),
        pytest.param(
            "CREATE MACRO f(a) AS TABLE SELECT a; SELECT 2",
            [(1, "CREATE MACRO f(a) AS TABLE SELECT a"), (1, "SELECT 2")],
            id="macro",
        ),
        pytest.param(
            "EXPLAIN ANALYZE SELECT CASE WHEN true THEN 1 END",
            [(1, "EXPLAIN ANALYZE SELECT CASE WHEN true THEN 1 END")],
            id="EXPLAIN",
        ),
        pytest.param(
            "PREPARE p AS SELECT ?; EXECUTE p(1)", [(1, "PREPARE p AS SELECT ?"), (1, "EXECUTE p(1)")], id="PREPARE"
        ),
        pytest.param("PRAGMA table_info('t')", [(1, "PRAGMA table_info('t')")], id="PRAGMA"),
    ],
)
def test_statements_are_cut_by_duckdb(
    connection: duckdb.DuckDBPyConnection, text: str, expected: list[tuple[int, str]]
) -> None:
    assert [(statement.line, statement.sql) for statement in cut(connection, text).statements] == expected


REASON = "is not allowed: ducktracker runs each migration in a transaction of its own"


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("BEGIN", "BEGIN"),
        ("begin transaction", "BEGIN"),
        ("START TRANSACTION", "START"),
        ("Commit", "COMMIT"),
        ("END", "END"),
        ("ROLLBACK", "ROLLBACK"),
        ("ABORT", "ABORT"),
        ("COMMIT/* now */", "COMMIT"),
        ("\u00a0COMMIT", "COMMIT"),
        ("EXPLAIN COMMIT", "COMMIT"),
        ("EXPLAIN ANALYZE ROLLBACK", "ROLLBACK"),
        ("EXPLAIN (ANALYZE, FORMAT JSON) COMMIT", "COMMIT"),
    ],
)
def test_a_transaction_statement_is_refused_where_it_stands(
    connection: duckdb.DuckDBPyConnection, statement: str, word: str
) -> None:
    with pytest.raises(InputError) as caught:
        cut(connection, f"SELECT 'COMMIT';\n-- BEGIN;\n\n  {statement};\nSELECT 2;")
    assert str(caught.value) == f"V1__x.sql:4: {word} {REASON}"
    assert caught.value.hint == "remove the statement; split the file where a commit is needed"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("SELCT 1;", '1: Parser Error: syntax error at or near "SELCT"', id="first line"),
        pytest.param(
            "SELECT 1;\n\nCREATE TABLE t (\n  i INT,\n  j INT INT\n);\n",
            '5: Parser Error: syntax error at or near "INT"',
            id="third line of the second statement",
        ),
        pytest.param(
            "SELECT 'é';\n-- ü\nSELECT )", '3: Parser Error: syntax error at or near ")"', id="after not ASCII"
        ),
        pytest.param("SELECT 'abc", '1: Parser Error: unterminated quoted string at or near "\'abc"', id="open string"),
        pytest.param(
            'SELECT 1;\nSELECT "a;', '2: Parser Error: unterminated quoted identifier at or near ""a;"', id="open name"
        ),
        pytest.param(
            "SELECT $$a;", '1: Parser Error: unterminated dollar-quoted string at or near "$$a;"', id="open dollars"
        ),
        pytest.param(
            "SELECT 1;\n/* a;\nDROP TABLE t;", "2: the comment /* that begins here is never closed", id="open comment"
        ),
        pytest.param("/* a", "1: the comment /* that begins here is never closed", id="only an open comment"),
        pytest.param(
            "/* a */ -- /* b\nSELECT '/*';\n/* c /* d */\nDROP TABLE t;",
            "3: the comment /* that begins here is never closed",
            id="open comment after closed ones",
        ),
        pytest.param("SELECT 1;\n\0DROP TABLE t;", "2: holds a NUL character", id="NUL"),
        pytest.param("SELECT ?;", "1: the parameter $1 has no value; a migration takes no parameters", id="parameter"),
        pytest.param(
            "\nSELECT $a", "2: the parameter $a has no value; a migration takes no parameters", id="named parameter"
        ),
        pytest.param(
            "SELECT 1;\nPRAGMA quack;", "2: Catalog Error: Pragma Function with name quack does not exist!", id="PRAGMA"
        ),
        pytest.param(".tables", '1: Parser Error: syntax error at or near "."', id="a command of DuckDB's shell"),
    ],
)
def test_what_can_not_be_parsed_is_refused_where_it_stands(
    connection: duckdb.DuckDBPyConnection, text: str, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        cut(connection, text)
    assert str(caught.value).startswith(f"V1__x.sql:{said}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "is empty", id="nothing"),
        pytest.param(" \n\t\n", "is empty", id="white space"),
        pytest.param("-- a\n/* b; */", "holds only comments", id="comments"),
        pytest.param("-- a\n;;", "holds only comments", id="comments and semicolons"),
    ],
)
def test_a_file_without_a_statement_is_refused(connection: duckdb.DuckDBPyConnection, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        cut(connection, text)
    assert str(caught.value) == f"V1__x.sql: {said}; a migration needs a statement"


def test_parsing_runs_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    cut(connection, "CREATE TABLE t (i INT); INSERT INTO t VALUES (1); SET VARIABLE a = 1; PIVOT t ON i USING sum(i);")
    assert connection.execute("SELECT (SELECT count(*) FROM duckdb_tables()), getvariable('a')").fetchall() == [
        (0, None)
    ]


def seconds(connection: duckdb.DuckDBPyConnection, statements: int) -> float:
    """The least of three, because the machine has other things to do."""
    text = "".join(f"-- é;\nINSERT INTO t VALUES ({number}, 'ü;');\n" for number in range(statements))
    taken = []
    for _ in range(3):
        started = time.process_time()
        assert len(cut(connection, text).statements) == statements
        taken.append(time.process_time() - started)
    return min(taken)


def test_the_time_is_linear(connection: duckdb.DuckDBPyConnection) -> None:
    """Ten times the statements take ten times as long; quadratic were a hundred times."""
    assert seconds(connection, 5000) < 30 * seconds(connection, 500)


def test_import_database_is_refused_and_reads_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputError, match=r"^V1__x\.sql:2: IMPORT DATABASE runs files of its own"):
        cut(connection, "SELECT 1;\nIMPORT DATABASE 'missing';")


@pytest.mark.parametrize("column", ["i", "t.i"])
def test_what_duckdb_says_is_one_clean_line(connection: duckdb.DuckDBPyConnection, column: str) -> None:
    connection.execute("CREATE OR REPLACE TABLE t (j INTEGER)")
    with pytest.raises(duckdb.BinderException) as error:
        connection.execute(f"SELECT {column} FROM t")
    assert first_line(str(error.value)).endswith(' Candidate bindings: "j"')


@pytest.mark.parametrize(
    ("suggested", "left"),
    [
        pytest.param("users", ' Did you mean "users"?', id="a table of the lake"),
        pytest.param("__ducklake_metadata_lake.information_schema.tables or information_schema.tables", "", id="none"),
        pytest.param("__ducklake_metadata_lake.public.x or users or y", ' Did you mean "users or y"?', id="some"),
    ],
)
def test_no_name_in_the_lake_s_metadata_is_suggested(suggested: str, left: str) -> None:
    error = f'Catalog Error: Table with name b does not exist!\nDid you mean "{suggested}"?\n\nLINE 1: FROM b'
    assert first_line(error) == f"Catalog Error: Table with name b does not exist!{left}"
