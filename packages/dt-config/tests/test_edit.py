import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dt_config.edit import edited, set_setting
from dt_config.keys import KEYS, Key, SettingValue, key_named
from dt_contract.errors import InputError

TEXT = """\
# top
[connection]
catalog_name = "a"   # name
catalog_backend = 'duckdb'

# about migrations
[migrations]
directory = "m"
"""


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        pytest.param("connection.catalog_name", "b", '"a"   # name', '"b"   # name', id="value with a comment"),
        pytest.param("connection.catalog_name", "a", "", "", id="same value"),
        pytest.param(
            "connection.read_only", True, "'duckdb'\n", "'duckdb'\nread_only = true\n", id="new key in a section"
        ),
        pytest.param(
            "drift.ignore", ("x", "y"), '"m"\n', '"m"\n\n[drift]\nignore = ["x", "y"]\n', id="new section at the end"
        ),
    ],
)
def test_edited(key: str, value: SettingValue, before: str, after: str) -> None:
    assert edited(TEXT, key_named(key), value) == TEXT.replace(before, after)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", '[connection]\ncatalog_name = "b"\n', id="empty file"),
        pytest.param("# only\n", '# only\n\n[connection]\ncatalog_name = "b"\n', id="only a comment"),
        pytest.param("[drift]", '[drift]\n[connection]\ncatalog_name = "b"\n', id="no final newline"),
        pytest.param('connection.catalog_name = "a"\n', 'connection.catalog_name = "b"\n', id="dotted key"),
        pytest.param('connection = { catalog_name = "a" }\n', 'connection = { catalog_name = "b" }\n', id="inline"),
        pytest.param(
            '[connection]\r\ncatalog_name = "a"\r\n', '[connection]\r\ncatalog_name = "b"\r\n', id="CRLF line ends"
        ),
        pytest.param(
            "[connection]\n# a\n\n# b\n[drift]\n",
            '[connection]\n# a\ncatalog_name = "b"\n\n# b\n[drift]\n',
            id="section of comments",
        ),
        pytest.param(
            "connection.read_only = true\n\n# d\n[drift]\n",
            'connection.read_only = true\nconnection.catalog_name = "b"\n\n# d\n[drift]\n',
            id="new dotted key",
        ),
        pytest.param(
            "connection = { read_only = true } # c\n",
            'connection = { read_only = true, catalog_name = "b"} # c\n',
            id="new key in an inline table",
        ),
        pytest.param("[connection]\r\n", '[connection]\r\ncatalog_name = "b"\r\n', id="new key with CRLF"),
        pytest.param(
            '\ufeff[connection]\ncatalog_name = "a"\n', '\ufeff[connection]\ncatalog_name = "b"\n', id="byte order mark"
        ),
    ],
)
def test_layout_stays(text: str, expected: str) -> None:
    assert edited(text, key_named("connection.catalog_name"), "b") == expected


@given(st.lists(st.tuples(st.sampled_from([key for key in KEYS if key.kind == "string"]), st.text(max_size=8))))
def test_any_edits_give_the_last_values(edits: list[tuple[Key, str]]) -> None:
    text = TEXT
    for key, value in edits:
        text = edited(text, key, value)
    document = tomllib.loads(text)
    last = {key.name: (key, value) for key, value in edits}
    assert all(document[key.section][key.field] == value for key, value in last.values())
    assert all(comment in text for comment in ("# top\n", "# name\n", "# about migrations\n"))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "ducktracker.toml"
    path.write_text(TEXT)
    return path


def test_set_leaves_no_other_file_and_keeps_the_permissions(file: Path) -> None:
    file.chmod(0o640)
    set_setting(None, "connection.catalog_name", "b")
    assert os.listdir(file.parent) == ["ducktracker.toml"]
    assert (file.stat().st_mode & 0o777, 'catalog_name = "b"   # name' in file.read_text()) == (0o640, True)


def test_set_follows_a_link(file: Path) -> None:
    link = file.parent / "link.toml"
    link.symlink_to(file.name)
    set_setting(str(link), "connection.catalog_name", "b")
    assert link.is_symlink()
    assert 'catalog_name = "b"' in file.read_text()


def test_same_value_does_not_touch_the_file(file: Path) -> None:
    before = file.stat()
    set_setting(None, "connection.catalog_name", "a")
    assert file.stat() == before


def test_relative_path_is_written_as_given(file: Path) -> None:
    set_setting(None, "migrations.directory", "../m")
    assert 'directory = "../m"' in file.read_text()


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        pytest.param(
            "connection.catalog_nam",
            "b",
            "there is no setting `connection.catalog_nam`; did you mean `connection.catalog_name`?",
            id="unknown key",
        ),
        pytest.param(
            "behavior.out_of_order",
            "2",
            "`behavior.out_of_order` must be one of true, 1, yes, false, 0, no, not `2`",
            id="wrong type",
        ),
        pytest.param("connection.catalog_name", "", "`connection.catalog_name` must not be empty", id="empty name"),
    ],
)
def test_bad_value_leaves_the_file_alone(file: Path, key: str, value: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        set_setting(None, key, value)
    assert (str(error.value), file.read_text()) == (message, TEXT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("connection = 3", "ducktracker.toml: `connection` must be a table", id="section is no table"),
        pytest.param(
            "[", r"ducktracker.toml:1: is not TOML: Invalid initial character for a key part (column 2)", id="no TOML"
        ),
    ],
)
def test_file_that_cannot_be_edited(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(InputError) as error:
        set_setting(None, "connection.catalog_name", "b")
    assert (str(error.value), file.read_text()) == (message, text)


def test_wrong_value_in_the_file_can_be_mended(file: Path) -> None:
    file.write_text("[connection]\ncatalog_name = 3\nnonsense = 1\n")
    set_setting(None, "connection.catalog_name", "b")
    assert file.read_text() == '[connection]\ncatalog_name = "b"\nnonsense = 1\n'


def test_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"^no ducktracker\.toml here"):
        set_setting(None, "connection.catalog_name", "b")
    assert os.listdir(tmp_path) == []
