"""Random SQL statements with a secret in them, written in every way that DuckDB and libpq accept."""

from itertools import pairwise
from typing import NamedTuple
from urllib.parse import quote

from hypothesis import strategies as st

BEGINS, ENDS = "zQ7x", "9Xkw"
"""What each secret begins and ends with; nothing else holds it."""


class Statement(NamedTuple):
    """A statement, and the secret in it."""

    sql: str
    secret: str


def leaks(text: str) -> bool:
    """Whether the beginning or the end of a secret is in the text."""
    return BEGINS in text or ENDS in text


_SIGNS = st.text(st.sampled_from("abcXYZ019'\"\\@:/?#%&=+;,.$ -_()[]{}*é\t"), max_size=8)
_SIMPLE = st.text(st.sampled_from("abcXYZ019-_.+"), max_size=8)
_GAPS = st.sampled_from(
    (
        " ",
        " ",
        " ",
        "\n",
        "\t\n ",
        "/* c */",
        " -- c\n",
        "/* it's */ ",
        " /* a /* b */ c */ ",
        ' -- "it\'s"\n',
        " /**/ ",
    )
)
_OPTIONS = (
    ("s3", "KEY_ID"),
    ("s3", "SECRET"),
    ("s3", "SESSION_TOKEN"),
    ("gcs", "SECRET"),
    ("r2", "SECRET"),
    ("postgres", "PASSWORD"),
    ("mysql", "PASSWORD"),
    ("http", "BEARER_TOKEN"),
    ("http", "HTTP_PROXY_PASSWORD"),
    ("huggingface", "TOKEN"),
    ("azure", "CONNECTION_STRING"),
    ("azure", "CLIENT_SECRET"),
    ("azure", "ACCOUNT_KEY"),
    ("iceberg", "CLIENT_SECRET"),
    ("quack", "TOKEN"),
)
_SETTINGS = (
    "s3_secret_access_key",
    "s3_access_key_id",
    "s3_session_token",
    "azure_account_key",
    "azure_storage_connection_string",
    "http_proxy_password",
    "pg_password",
)


@st.composite
def _cased(draw: st.DrawFn, word: str) -> str:
    return draw(st.sampled_from((word, word.lower(), word.upper(), word.title())))


@st.composite
def _literal(draw: st.DrawFn, text: str) -> str:
    plain = "'" + text.replace("'", "''") + "'"
    escape = draw(st.sampled_from("eE")) + "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    cut = draw(st.integers(1, len(text) - 1))
    halves = ("'" + part.replace("'", "''") + "'" for part in (text[:cut], text[cut:]))
    joined = f"{draw(_GAPS)}||{draw(_GAPS)}".join(halves)
    dollars = [f"{fence}{text}{fence}" for fence in ("$$", "$a$", "$a_1$") if "$" not in text]
    return draw(st.sampled_from((plain, plain, escape, joined, f"({plain})", *dollars)))


@st.composite
def _sql(draw: st.DrawFn, *tokens: str) -> str:
    """The tokens with white space and comments between them."""
    parts = [tokens[0]]
    for before, token in pairwise(tokens):
        is_free = before[-1] in "(),=:{}[]" or token[0] in "(),=:{}[];"
        parts += [draw(st.just("") | _GAPS) if is_free else draw(_GAPS), token]
    return "".join(parts)


@st.composite
def _create_secret(draw: st.DrawFn, text: str) -> str:
    kind, key = draw(st.sampled_from(_OPTIONS))
    begin = draw(st.sampled_from(("CREATE", "CREATE OR REPLACE", "CREATE PERSISTENT", "CREATE OR REPLACE TEMPORARY")))
    name = draw(st.sampled_from(((), ("shop",), ('"my shop"',), ("IF", "NOT", "EXISTS", "shop"))))
    value = draw(_literal(text))
    option: tuple[str, ...] = (draw(_cased(key)), value)
    if draw(st.integers(0, 3)) == 0:
        entry = draw(st.sampled_from(("'Authorization'", "'X-Api-Key'", "'x'")))
        option = (draw(_cased("EXTRA_HTTP_HEADERS")), "MAP", "{", entry, ":", value, "}")
    elif draw(st.integers(0, 5)) == 0:
        option = (draw(_cased(key)), "[", "'x'", ",", value, "]")
    typed = (draw(_cased("TYPE")), draw(st.sampled_from((kind, f"'{kind}'"))))
    typo = draw(st.sampled_from(((), (",", "regio", "'typo'"), (",", "SCOPE", "'s3://b'"))))
    both = (*typed, ",", *option) if draw(st.booleans()) else (*option, ",", *typed)
    words = [draw(_cased(word)) for word in begin.split()]
    return draw(_sql(*words, draw(_cased("SECRET")), *name, "(", *both, *typo, ")"))


@st.composite
def _connection(draw: st.DrawFn, text: str) -> str:
    """A connection string of libpq with the secret in it."""
    quoted = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    key = draw(st.sampled_from(("password", "PASSWORD", "sslpassword")))
    equals = draw(st.sampled_from(("=", " = ", "= ")))
    encoded = quote(text, safe="")
    return draw(
        st.sampled_from(
            (
                f"host=127.0.0.1 port=1 {key}{equals}{quoted} user=u",
                f"{key}{equals}{quoted} host=127.0.0.1 port=1",
                f"postgresql://u:{encoded}@127.0.0.1:1/db",
                f"postgres://127.0.0.1:1/db?user=u&password={encoded}",
                f"postgres://127.0.0.1:1/db?password={encoded}&sslmode=disable",
            )
        )
    )


@st.composite
def _attach(draw: st.DrawFn, text: str) -> str:
    dsn = draw(_connection(text))
    target = draw(st.sampled_from((f"postgres:{dsn}", f"ducklake:postgres:{dsn}", dsn)))
    return draw(_sql(draw(_cased("ATTACH")), draw(_literal(target)), "AS", "x", "(", "TYPE", "postgres", ")"))


@st.composite
def _attach_encrypted(draw: st.DrawFn, text: str) -> str:
    option = draw(_cased("ENCRYPTION_KEY"))
    return draw(_sql("ATTACH", "'missing/e.db'", "AS", "e", "(", option, draw(_literal(text)), ")"))


@st.composite
def _set(draw: st.DrawFn, text: str) -> str:
    scope = draw(st.sampled_from(((), ("GLOBAL",), ("SESSION",))))
    by = draw(st.sampled_from(("=", "TO", "to")))
    key = draw(st.sampled_from(_SETTINGS))
    key = draw(st.sampled_from((key, key.upper(), f'"{key}"')))
    if draw(st.booleans()):
        return draw(_sql(draw(_cased("SET")), *scope, key, by, draw(_literal(text))))
    return draw(_sql(draw(_cased("PRAGMA")), key.strip('"'), "=", draw(_literal(text))))


@st.composite
def _call(draw: st.DrawFn, text: str) -> str:
    dsn = draw(_literal(draw(_connection(text))))
    function = draw(st.sampled_from(("postgres_execute", "postgres_query", "postgres_attach")))
    if draw(st.booleans()):
        return draw(_sql("CALL", function, "(", dsn, ",", "'SELECT 1'", ")"))
    return draw(_sql("SELECT", "*", "FROM", "postgres_scan", "(", dsn, ",", "'s'", ",", "'t'", ")"))


@st.composite
def _copy(draw: st.DrawFn, text: str) -> str:
    value = draw(_literal(text))
    if draw(st.booleans()):
        return draw(_sql("PRAGMA", "add_parquet_key", "(", "'k'", ",", value, ")"))
    config = ("{", "footer_key_value", ":", value, "}")
    return draw(_sql("COPY", "(", "SELECT", "1", ")", "TO", "'x.parquet'", "(", "ENCRYPTION_CONFIG", *config, ")"))


@st.composite
def _nested(draw: st.DrawFn, text: str) -> str:
    inner = draw(_create_secret(text) | _set(text) | _attach(text))
    function = draw(st.sampled_from(("query", "missing_function")))
    return draw(_sql("SELECT", "*", "FROM", function, "(", "'" + inner.replace("'", "''") + "'", ")"))


@st.composite
def statements(draw: st.DrawFn, *, simple: bool = False) -> Statement:
    """Give a statement with a secret; a `simple` one has just letters, digits and a few signs."""
    secret = BEGINS + draw(_SIMPLE if simple else _SIGNS) + ENDS
    kinds = (_create_secret, _create_secret, _attach, _attach_encrypted, _set, _call, _copy, _nested)
    sql = draw(draw(st.sampled_from(kinds))(secret))
    return Statement(sql, secret)
