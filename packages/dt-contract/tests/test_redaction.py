import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dt_contract import redaction
from dt_contract.redaction import conceal, redact


@pytest.fixture(autouse=True)
def _nothing_concealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_concealed", set())


DUCKLAKE_ERROR = (
    'IO Error: Failed to attach DuckLake MetaData "__ducklake_metadata_l" at path + "postgres:{0}"Unable to connect to '
    'Postgres at "{0}": connection to server at "127.0.0.1", port 1 failed: Connection refused'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("host=x password=abc user=y", "host=x password=*** user=y", id="keyword"),
        pytest.param("password = abc user=y", "password = *** user=y", id="spaces around the equals sign"),
        pytest.param(r"password='a b\'c' user=y", "password=*** user=y", id="quoted with an escaped quote"),
        pytest.param(r"password='a\\' user=y", "password=*** user=y", id="quoted with an escaped backslash"),
        pytest.param(r"password=a\ b user=y", "password=*** user=y", id="unquoted with an escaped space"),
        pytest.param("password=a,b;c)d&e user=y", "password=*** user=y", id="unquoted with punctuation"),
        pytest.param("password=a'b\"c user=y", "password=*** user=y", id="unquoted with quotes inside"),
        pytest.param("PGPASSWORD=abc psql", "PGPASSWORD=*** psql", id="libpq's variable"),
        pytest.param("sslpassword=abc", "sslpassword=***", id="another key"),
        pytest.param("password=***secret", "password=***", id="a password that begins like the mask"),
        pytest.param("password='abc", "password=***", id="quote without an end"),
        pytest.param('{"password": "a b", "x": 1}', '{"password": ***, "x": 1}', id="JSON"),
        pytest.param("ATTACH 'postgres:password=abc' AS l", "ATTACH 'postgres:password=***' AS l", id="in SQL"),
        pytest.param(
            "ATTACH 'postgres:password=''a b'' user=y' AS l",
            "ATTACH 'postgres:password=*** user=y' AS l",
            id="quoted in SQL",
        ),
        pytest.param(
            r"ATTACH 'postgres:password=''a\''b c''' AS l", "ATTACH 'postgres:password=***' AS l", id="escaped in SQL"
        ),
    ],
)
def test_keyword_string(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("postgresql://u:pw@h:5432/db", "postgresql://u:***@h:5432/db", id="URI"),
        pytest.param("postgres://u:p@ss@h/db", "postgres://u:***@h/db", id="at sign in the password"),
        pytest.param("postgres://u:p:ss@h/db", "postgres://u:***@h/db", id="colon in the password"),
        pytest.param("postgres://u:p/s?s#@h/db", "postgres://u:***@h/db", id="slash in the password"),
        pytest.param("postgres://u:p%40ss@h/db", "postgres://u:***@h/db", id="percent-encoded"),
        pytest.param("postgres://:pw@h/db", "postgres://:***@h/db", id="no user"),
        pytest.param("postgres://h/db?password=pw&x=1", "postgres://h/db?password=***&x=1", id="parameter"),
        pytest.param("(see 'postgres://h/db?password=p\"w').", "(see 'postgres://h/db?password=***').", id="in prose"),
        pytest.param("postgres://h/db?x=1&sslpassword=pw", "postgres://h/db?x=1&sslpassword=***", id="last parameter"),
        pytest.param("https://b/x?X-Amz-Signature=ab12", "https://b/x?X-Amz-Signature=***", id="presigned URL"),
        pytest.param("postgresql+psycopg://u:pw@h", "postgresql+psycopg://u:***@h", id="scheme with a plus"),
    ],
)
def test_uri(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')",
            "CREATE SECRET (TYPE s3, KEY_ID '***', SECRET '***')",
            id="key and secret",
        ),
        pytest.param("(TYPE postgres, PASSWORD 'it''s')", "(TYPE postgres, PASSWORD '***')", id="doubled quote"),
        pytest.param(r"(PASSWORD 'a\', USER u)", "(PASSWORD '***', USER u)", id="backslash is no escape in SQL"),
        pytest.param("(PASSWORD $$a'b$$, USER u)", "(PASSWORD '***', USER u)", id="dollar quotes"),
        pytest.param("(PASSWORD E'a', USER u)", "(PASSWORD '***', USER u)", id="escape string"),
        pytest.param(
            'CREATE OR REPLACE PERSISTENT SECRET s (PASSWORD abc, SECRET "d e")',
            "CREATE OR REPLACE PERSISTENT SECRET s (PASSWORD ***, SECRET ***)",
            id="values without quotes",
        ),
        pytest.param("LINE 3:   SECRET 'abc' x", "LINE 3:   SECRET '***' x", id="line of a parser error"),
        pytest.param("LINE 1: ... PASSWORD 'abcdef...", "LINE 1: ... PASSWORD '***'", id="cut within the string"),
        pytest.param("SESSION_TOKEN := 'abc'", "SESSION_TOKEN := ***", id="assignment"),
        pytest.param("AccountKey=abc==;Suffix=x", "AccountKey=***", id="Azure connection string"),
        pytest.param("Authorization: Bearer abcdefgh1", "Authorization: Bearer ***", id="bearer token"),
    ],
)
def test_sql_options(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "dsn",
    [
        pytest.param('dbname=x password=hunter"2', id="double quote in the password"),
        pytest.param("dbname=x password=hunter2", id="at the end"),
        pytest.param("dbname=x password='hunter2 \\'x'", id="quoted"),
        pytest.param("password=hunter2 dbname=x", id="at the beginning"),
        pytest.param("postgresql://u:hunter2@127.0.0.1:1/x", id="URI"),
        pytest.param("postgresql://u@127.0.0.1:1/x?password=hunter2", id="parameter"),
    ],
)
def test_duckdb_error_that_quotes_the_connection_string(dsn: str) -> None:
    shown = redact(DUCKLAKE_ERROR.format(dsn))
    assert "hunter" not in shown
    assert "Failed to attach DuckLake MetaData" in shown


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('FATAL: password authentication failed for user "u"', id="wrong password"),
        pytest.param("fe_sendauth: no password supplied", id="no password"),
        pytest.param('Binder Error: Secret with name "s" not found', id="secret by name"),
        pytest.param("the secret 'sales' does not exist", id="secret in quotes"),
        pytest.param('CREATE SECRET "sales" (TYPE s3)', id="quoted name of a secret"),
        pytest.param("secret_directory=/run/secrets secret_name = 'x'", id="keys that only begin like a secret"),
        pytest.param("postgres://u@h:5432/db?sslmode=require", id="URI without a password"),
        pytest.param("V3__x.sql: two files claim version 3: V3__x.sql and V3__y.sql", id="no secret at all"),
    ],
)
def test_leaves_alone(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('could not translate host name "zQ\'x @9\\"', id="as it is"),
        pytest.param("zQ%27x%20%409%5C", id="percent-encoded"),
        pytest.param(r"zQ''x @9\ ", id="in SQL"),
        pytest.param(r"zQ\'x @9\\", id="escaped for libpq"),
        pytest.param(r"zQ\''x @9\\", id="escaped for libpq and in SQL"),
    ],
)
def test_concealed_text_is_masked_in_every_form(text: str) -> None:
    conceal("zQ'x @9\\")
    assert "***" in redact(text)
    assert "zQ" not in redact(text)


def test_very_short_text_is_not_concealed() -> None:
    conceal("lak")
    assert redact("ducklake") == "ducklake"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=4, max_size=12))
def test_quoted_password_never_shows(password: str) -> None:
    marked = f"<{password}>"
    escaped = marked.replace("\\", "\\\\").replace("'", "\\'")
    assert redact(f"host=h password='{escaped}' user=y") == "host=h password=*** user=y"


def test_long_text_takes_no_time() -> None:
    # In a process of its own, because a regular expression cannot be interrupted.
    code = "from dt_contract.redaction import redact; redact('password' * 20000 + \"password='\" + '\\\\\\\\' * 20000)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "ATTACH 'e.db' AS e (ENCRYPTION_KEY 'abc')", "ATTACH 'e.db' AS e (ENCRYPTION_KEY '***')", id="a key"
        ),
        pytest.param(
            "CREATE SECRET s (TYPE postgres, PASSWORD E'a\\n')",
            "CREATE SECRET s (TYPE postgres, PASSWORD '***')",
            id="a string with escapes",
        ),
        pytest.param(
            "CREATE SECRET s (TYPE http, EXTRA_HTTP_HEADERS MAP {'Authorization': 'Bearer abc'})",
            "CREATE SECRET s (TYPE http, EXTRA_HTTP_HEADERS ***)",
            id="headers",
        ),
        pytest.param("CREATE SECRET s (PASSWORD f('a'))", "CREATE SECRET s (PASSWORD ***)", id="a function"),
    ],
)
def test_more_ways_to_write_a_secret(text: str, expected: str) -> None:
    assert redact(text) == expected
