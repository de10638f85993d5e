"""Text that DuckDB would read otherwise than it looks, or not in linear time."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from dt_contract.errors import InputError
from dt_contract.migrations import Migration
from dt_lake.sqltext import BLANKS
from dt_lint.script.statements import Script, parse

MIGRATION = Migration(type="versioned", version=1, description="x", script="V1__x.sql", checksum="")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def cut(connection: duckdb.DuckDBPyConnection, text: str) -> Script:
    return parse(connection, MIGRATION, text)


def test_the_blanks_are_those_of_duckdbs_parser(connection: duckdb.DuckDBPyConnection) -> None:
    """All but ASCII ones, of all characters that Unicode or anybody else takes for a blank."""
    candidates = {chr(code) for code in range(0x80, 0x3100)} | set("\ufeff\ufffe\uffa0\U000e0020\U000e0001\ufe0f")
    found = set()
    for blank in candidates:
        try:
            if connection.execute(f"SELECT{blank}a FROM (SELECT 1 AS a)").fetchone() == (1,):
                found.add(blank)
        except duckdb.Error:
            pass
    assert found == set(BLANKS)


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_a_blank_out_of_quotes_is_a_plain_one(connection: duckdb.DuckDBPyConnection, blank: str) -> None:
    text = f"{blank}ALTER{blank}TABLE{blank}a{blank}{blank}.t{blank}RENAME{blank}TO{blank}u{blank};{blank}"
    statements = cut(connection, text).statements
    assert [statement.sql for statement in statements] == ["ALTER TABLE a  .t RENAME TO u"]


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT 'a\u00a0b'", id="string"),
        pytest.param('SELECT 1 AS "a\u00a0\'b"', id="name"),
        pytest.param("SELECT $$a\u00a0'b$$", id="dollars"),
        pytest.param("SELECT $x$a\u00a0$$b$x$", id="tagged dollars"),
        pytest.param("SELECT 'it''s\u00a0'", id="doubled quote"),
        pytest.param("SELECT $\u00a0$ a $\u00a0$", id="tag of dollars"),
    ],
)
def test_a_blank_in_quotes_stays(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert cut(connection, sql).statements[0].sql == sql


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT /* it's */ 'a\u00a0b'", id="a quote in a comment"),
        pytest.param('SELECT /* 1" */ 1 AS "a\u00a0b"', id="a quote in a comment before a name"),
        pytest.param(r"SELECT e'\'', 'a" + "\u00a0b'", id="a quote behind a backslash"),
    ],
)
def test_a_blank_in_quotes_that_duckdb_would_change_is_refused(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """DuckDB takes these quotes for others; without our refusal a plain blank would be stored."""
    with pytest.raises(InputError, match=r"^V1__x\.sql:2: has a no-break space or the like"):
        cut(connection, f"SELECT 1;\n{sql};")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("SELECT 1;\n", "", id="behind a statement"),
        pytest.param("SELECT '/*'; /* a */ -- /*\nSELECT $$/*$$;", " ;'", id="behind what looks like one"),
        pytest.param("SELECT 1 +", "a /* b */ c", id="with a closed one in it"),
        pytest.param("SELECT e'\\'/*';", "", id="behind a quote with a backslash"),
        pytest.param('SELECT "a""/*";', "*", id="behind a doubled quote"),
    ],
)
def test_an_open_comment_is_refused_where_it_begins(
    connection: duckdb.DuckDBPyConnection, before: str, after: str
) -> None:
    with pytest.raises(InputError, match=r"the comment /\* that begins here is never closed") as caught:
        cut(connection, f"{before}\n/*{after}\n")
    assert str(caught.value).startswith(f"V1__x.sql:{before.count(chr(10)) + 2}: ")


SIZE = 200_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("SELECT 1;\n" + "/*" * (SIZE // 2), id="comments that are never closed"),
        pytest.param("SELECT 1;\n" + "/* " * (SIZE // 3), id="the same with blanks"),
        pytest.param("/*" * (SIZE // 4) + "*/" * (SIZE // 4) + "SELECT 1", id="nested comments"),
        pytest.param("SELECT 1" + "/**/" * (SIZE // 4), id="empty comments"),
        pytest.param("SELECT 1" + "+-" * (SIZE // 2) + "1", id="operators"),
        pytest.param("SELECT 1 +" + "-" * SIZE, id="dashes"),
        pytest.param("/" + "*" * SIZE + "/ SELECT 1", id="a row of stars"),
        pytest.param("SELECT " + "(" * SIZE, id="parentheses"),
        pytest.param("WITH " + "a AS (" * (SIZE // 6), id="common table expressions"),
        pytest.param("SELECT " + "[" * SIZE, id="brackets"),
        pytest.param("'" * (SIZE + 1), id="quotes"),
        pytest.param('"' * (SIZE + 1), id="quotes of names"),
        pytest.param("$" * (SIZE + 1), id="dollars"),
        pytest.param("".join(f"$a{number}$ " for number in range(SIZE // 8)), id="tags"),
        pytest.param("e'\\" * (SIZE // 3), id="backslashes"),
        pytest.param("e''\n" * (SIZE // 4), id="strings in many lines"),
        pytest.param("SELECT '\u00a0'" + "\u00a0" * SIZE, id="no-break spaces"),
        pytest.param("ALTER TABLE " + "a." * (SIZE // 2) + "b ADD c INT", id="a long dotted name"),
        pytest.param("SELECT " + "a," * (SIZE // 2) + "a", id="many columns"),
        pytest.param("USE a; USE b; DROP TABLE t;" * (SIZE // 27), id="many statements"),
        pytest.param("EXPLAIN " * (SIZE // 8), id="EXPLAIN"),
        pytest.param("\n" * SIZE + "SELECT )", id="lines"),
    ],
)
def test_no_text_takes_long(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Quadratic work on 200 kB takes minutes to hours, so that this would not end."""
    with suppress(InputError):
        cut(connection, text)


IMPORTS = ("IMPORT DATABASE '{}'", "PRAGMA import_database('{}')", "PRAGMA \"Import_Database\"('{}')")


@pytest.mark.parametrize(
    "around", ["{}", "EXPLAIN {}", "EXPLAIN ANALYZE {}", "\u200b{}", "/**/{}", "SELECT 1;\u00a0{}"]
)
@pytest.mark.parametrize("sql", IMPORTS)
def test_files_that_no_checksum_covers_are_not_run(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, around: str, sql: str
) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (i INT);\nCOMMIT;\nSELECT 1;")
    (tmp_path / "load.sql").write_text("SELECT 2;")
    with pytest.raises(InputError, match=r"IMPORT DATABASE runs files of its own|syntax error"):
        cut(connection, around.format(sql.format(tmp_path)))


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("PRAGMA copy_database('a', 'b')", id="a PRAGMA of several"),
        pytest.param("EXPLAIN ANALYZE COMMIT", id="a COMMIT in EXPLAIN"),
        pytest.param("PRAGMA quack", id="an unknown PRAGMA"),
        pytest.param("PREPARE p AS COMMIT", id="a COMMIT in PREPARE"),
    ],
)
def test_what_may_hide_a_commit_is_refused(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(InputError):
        cut(connection, sql)
