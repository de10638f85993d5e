import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dt_contract.errors import InputError
from dt_contract.migrations import MigrationsDocument
from dt_scan.folder import describe, scan


def scripts(document: MigrationsDocument) -> list[str]:
    return [migration.script for migration in document.migrations]


def faults(document: MigrationsDocument) -> list[tuple[str, str]]:
    return [(fault.code, describe(fault)) for fault in document.faults]


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).touch()


def test_versions_in_number_order_then_repeatables(tmp_path: Path) -> None:
    touch(tmp_path, "R__b.sql", "V10__a.sql", "V9__z.sql", "R__a.sql", "V0100__a.sql")
    assert scripts(scan(str(tmp_path))) == ["V9__z.sql", "V10__a.sql", "V0100__a.sql", "R__a.sql", "R__b.sql"]


@given(st.permutations(["V1__a.sql", "V02__b.sql", "V2__c.sql", "R__é.sql", "R__e.sql", "V1.sql", "V11__a.sql"]))
def test_order_of_creation_does_not_matter(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        touch(Path(folder), *names)
        document = scan(folder)
    assert scripts(document) == ["V1__a.sql", "V11__a.sql", "R__e.sql", "R__é.sql"]
    assert [fault.code for fault in document.faults] == ["duplicate-version", "bad-name"]


def test_only_sql_files_of_the_very_folder(tmp_path: Path) -> None:
    touch(tmp_path, "V1__a.sql", ".V2__a.sql", "README.md", "V3__a.sql~")
    (tmp_path / "V5__a.sql").mkdir()
    touch(tmp_path / "V5__a.sql", "V6__a.sql")
    assert (scripts(scan(str(tmp_path))), faults(scan(str(tmp_path)))) == (["V1__a.sql"], [])


def test_empty_folder(tmp_path: Path) -> None:
    assert scan(str(tmp_path)) == MigrationsDocument(directory=str(tmp_path))


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("SELECT 1;")
    (tmp_path / "V1__a.sql").symlink_to("source")
    assert scripts(scan(str(tmp_path))) == ["V1__a.sql"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(
            ["V3__x.sql", "V3__y.sql"], ["V3__x.sql: two files claim version 3: V3__x.sql and V3__y.sql"], id="two"
        ),
        pytest.param(
            ["V3__x.sql", "V03__x.sql"],
            ["V03__x.sql: two files claim version 3: V03__x.sql and V3__x.sql"],
            id="leading zero",
        ),
        pytest.param(
            ["V3__x.sql", "V3__y.sql", "V3__z.sql"],
            [
                "V3__x.sql: two files claim version 3: V3__x.sql and V3__y.sql",
                "V3__x.sql: two files claim version 3: V3__x.sql and V3__z.sql",
            ],
            id="three",
        ),
    ],
)
def test_duplicate_version(tmp_path: Path, names: list[str], expected: list[str]) -> None:
    touch(tmp_path, "V1__a.sql", *names)
    document = scan(str(tmp_path))
    assert faults(document) == [("duplicate-version", line) for line in expected]
    assert scripts(document) == ["V1__a.sql"]


def test_squashed_and_undo_files(tmp_path: Path) -> None:
    touch(tmp_path, "V2__a.sql", "U3__a.sql", "V3__a.sql", "B2__a.sql", "U2__a.sql", "R__a.sql")
    document = scan(str(tmp_path))
    assert scripts(document) == ["B2__a.sql", "V2__a.sql", "V3__a.sql", "R__a.sql"]
    assert [(item.script, item.type) for item in document.undo] == [("U2__a.sql", "undone"), ("U3__a.sql", "undone")]


def test_two_squashed_files_of_one_version(tmp_path: Path) -> None:
    touch(tmp_path, "B3__x.sql", "B3__y.sql")
    assert faults(scan(str(tmp_path))) == [
        ("duplicate-version", "B3__x.sql: two files claim version 3: B3__x.sql and B3__y.sql")
    ]


def test_file_with_a_fault_still_claims_its_version(tmp_path: Path) -> None:
    touch(tmp_path, "V3__x.sql")
    (tmp_path / "V3__y.sql").write_bytes(b"\xff")
    document = scan(str(tmp_path))
    assert [fault.code for fault in document.faults] == ["duplicate-version", "not-utf-8"]
    assert scripts(document) == []


def test_each_fault_is_told(tmp_path: Path) -> None:
    touch(tmp_path, "V1__ok.sql", "V1_x.sql", "V2__.sql")
    (tmp_path / "V3__a.sql").write_text("-- ducktracker: allow X")
    (tmp_path / "V4__a.sql").write_bytes(b"\xff")
    (tmp_path / "V5__a.sql").symlink_to("nowhere")
    (tmp_path / "V6__a.sql").symlink_to("V6__a.sql")
    os.mkfifo(tmp_path / "V7__a.sql")
    document = scan(str(tmp_path))
    assert scripts(document) == ["V1__ok.sql"]
    assert faults(document) == [
        (
            "bad-name",
            "V1_x.sql: the name has none of the forms V1__what.sql, R__what.sql, B1__what.sql and U1__what.sql",
        ),
        ("empty-description", "V2__.sql: the name has no description after __"),
        (
            "unknown-directive",
            "V3__a.sql:1: unknown hazard `X`; known are DATA_LOSS, BROKEN_VIEW, IDENTITY, VALUE_CHANGE",
        ),
        ("not-utf-8", "V4__a.sql:1: is not UTF-8 (byte 0xff)"),
        ("unreadable", "V5__a.sql: is not a file"),
        ("unreadable", "V6__a.sql: can't be read: Too many levels of symbolic links"),
        ("unreadable", "V7__a.sql: is not a file"),
    ]


def test_name_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"V1__\xff.sql")).touch()
    assert faults(scan(str(tmp_path))) == [("bad-name", r"V1__\xff.sql: the name is not UTF-8")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("none", "there is no such folder", id="no folder"),
        pytest.param("file", "is not a folder", id="file"),
        pytest.param("loop", "can't be read: Too many levels of symbolic links", id="link to itself"),
    ],
)
def test_no_folder(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError) as error:
        scan(str(tmp_path / name))
    assert str(error.value) == f"{tmp_path / name}: {message}"


@pytest.mark.parametrize(
    ("names", "found", "left"),
    [
        pytest.param(["R__\xe9.sql", "R__e\u0301.sql"], ["bad-name"], [], id="repeatables"),
        pytest.param(["V1__\xe9.sql", "V1__e\u0301.sql"], ["duplicate-version"], [], id="one version"),
        pytest.param(["V1__\xe9.sql", "V2__e\u0301.sql"], [], ["V1__\xe9.sql", "V2__e\u0301.sql"], id="two versions"),
        pytest.param(["R__\xe9.sql", "R__e.sql"], [], ["R__e.sql", "R__\xe9.sql"], id="another letter"),
        pytest.param(["R__\ufb01.sql", "R__fi.sql"], [], ["R__fi.sql", "R__\ufb01.sql"], id="a ligature"),
    ],
)
def test_names_in_two_forms_of_unicode(tmp_path: Path, names: list[str], found: list[str], left: list[str]) -> None:
    touch(tmp_path, *names)
    document = scan(str(tmp_path))
    assert ([fault.code for fault in document.faults], scripts(document)) == (found, left)
