import pytest
from hypothesis import given
from hypothesis import strategies as st

from dt_config.dsn import NotReadable, masked, secrets, with_defaults


@pytest.mark.parametrize(
    ("dsn", "shown", "texts"),
    [
        pytest.param("", "", [], id="empty"),
        pytest.param(" host=h  user=u ", " host=h  user=u ", [], id="no secret"),
        pytest.param("host=h password=pw user=u", "host=h password=*** user=u", ["pw"], id="keyword"),
        pytest.param("password = pw", "password = ***", ["pw"], id="spaces around the equals sign"),
        pytest.param("password= user=u", "password= ***", ["user=u"], id="libpq skips the space of an empty value"),
        pytest.param(r"password='a b\'c\\'user=u", "password='***'user=u", ["a b'c\\"], id="quoted"),
        pytest.param("password='' user=u", "password='' user=u", [], id="quoted and empty"),
        pytest.param(r"password=a\ b'\\ user=u", "password=*** user=u", ["a b'\\"], id="escaped"),
        pytest.param("sslpassword=a password=b", "sslpassword=*** password=***", ["a", "b"], id="two secrets"),
        pytest.param("postgresql://", "postgresql://", [], id="bare URI"),
        pytest.param("postgres://u:pw@h:5432/db", "postgres://u:***@h:5432/db", ["pw"], id="URI"),
        pytest.param("postgres://u:p%40%3A@h", "postgres://u:***@h", ["p@:"], id="percent-encoded"),
        pytest.param("postgres://u:a:b@h", "postgres://u:***@h", ["a:b"], id="colon in the password"),
        pytest.param("postgres://u:a?b@h", "postgres://u:***@h", ["a?b"], id="question mark in the password"),
        pytest.param("postgres://:pw@[::1]:5432,h2/db", "postgres://:***@[::1]:5432,h2/db", ["pw"], id="two hosts"),
        pytest.param("postgres:///db?password=pw&a=b", "postgres:///db?password=***&a=b", ["pw"], id="parameter"),
        pytest.param("postgres://h?pass%77ord=p%20w", "postgres://h?pass%77ord=***", ["p w"], id="encoded keyword"),
        pytest.param("postgres://u@h/db?options=a@b", "postgres://u@h/db?options=a@b", [], id="URI without a secret"),
    ],
)
def test_secrets(dsn: str, shown: str, texts: list[str]) -> None:
    assert masked(dsn) == shown
    assert [secret.text for secret in secrets(dsn)] == texts


@pytest.mark.parametrize(
    "dsn",
    [
        pytest.param("mydb", id="no keyword"),
        pytest.param("password=se cret", id="space in the password"),
        pytest.param("password='secret", id="quote without an end"),
        pytest.param("password='se''cret'", id="doubled quote"),
        pytest.param("postgres://u:se@cret@h/db", id="at sign in the password of a URI"),
        pytest.param("postgres://u:se/cret@h/db", id="slash"),
        pytest.param("postgres://u:12/cret@h/db", id="slash after digits"),
        pytest.param("postgres://u:100%secret@h/db", id="percent sign"),
        pytest.param("postgres://u:1?sec/ret@h/db", id="question mark"),
        pytest.param("postgres://h/db?password=a=b", id="equals sign in a parameter"),
        pytest.param("mysql://u:secret@h/db", id="another database"),
    ],
)
def test_what_libpq_could_not_read_is_refused_without_quoting_it(dsn: str) -> None:
    with pytest.raises(NotReadable) as error:
        secrets(dsn)
    assert "cret" not in str(error.value)
    assert "ret@" not in str(error.value)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_quoted_password_is_found_whole(password: str) -> None:
    escaped = password.replace("\\", "\\\\").replace("'", "\\'")
    (secret,) = secrets(f"host=h password='{escaped}' user=u")
    assert secret.text == password


OURS = "-c a=on "


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        pytest.param("", "k=1", id="nothing"),
        pytest.param("host=h dbname=d", "k=1 host=h dbname=d", id="keywords"),
        pytest.param("k=2 host=h", "k=1 k=2 host=h", id="its own comes last, and wins"),
        pytest.param("options='-c b=1' host=h", "k=1 options='-c a=on -c b=1' host=h", id="quoted options"),
        pytest.param("options=-c\\ b=1 host=h", "k=1 options=-c\\ a=on\\ -c\\ b=1 host=h", id="options without quotes"),
        pytest.param("password='x options=y' host=h", "k=1 password='x options=y' host=h", id="only within a password"),
        pytest.param("postgresql://h/d", "postgresql://h/d?k=1", id="URI"),
        pytest.param("postgresql://h/d?", "postgresql://h/d?k=1", id="URI with an empty query"),
        pytest.param("postgresql://u:a%3Fb@h/d?k=2", "postgresql://u:a%3Fb@h/d?k=1&k=2", id="URI with its own"),
        pytest.param(
            "postgres://h/d?options=-c%20b%3D1&x=2",
            "postgres://h/d?k=1&options=-c%20a%3Don%20-c%20b%3D1&x=2",
            id="URI with options",
        ),
    ],
)
def test_defaults(dsn: str, expected: str) -> None:
    assert with_defaults(dsn, {"k": "1"}, OURS) == expected
