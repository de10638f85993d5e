import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dt_contract.errors import InputError
from dt_scan.folder import scan
from ducktracker.project.scaffold import create, describe, init

NAMES = {"ducktracker.toml", "migrations", ".gitignore", "README.md"}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def made(text: str, directory: str = "migrations", *, repeatable: bool = False, timestamp: bool = False) -> str:
    return str(create(directory, text, repeatable=repeatable, timestamp=timestamp))


@pytest.mark.parametrize("backend", ["ducklake-duckdb", "ducklake-postgres"])
def test_init(backend: str) -> None:
    assert {path.name for path in init(Path(), backend)} == NAMES == {path.name for path in Path().iterdir()}
    assert list(Path("migrations").iterdir()) == []
    assert f'catalog_backend = "{backend.removeprefix("ducklake-")}"' in Path("ducktracker.toml").read_text()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_init_overwrites_nothing(name: str) -> None:
    Path(name).write_text("mine")
    with pytest.raises(InputError) as caught:
        init(Path(), "ducklake-duckdb")
    assert str(caught.value) == f".: already there: {name}; nothing was written"
    assert ([path.name for path in Path().iterdir()], Path(name).read_text()) == ([name], "mine")


def test_init_sees_a_link_to_nowhere() -> None:
    Path("README.md").symlink_to("nowhere")
    with pytest.raises(InputError, match=r"^\.: already there: README\.md; nothing was written$"):
        init(Path(), "ducklake-duckdb")
    assert not Path("nowhere").exists()


def test_init_names_all_that_is_in_the_way() -> None:
    init(Path(), "ducklake-duckdb")
    with pytest.raises(InputError) as caught:
        init(Path(), "ducklake-duckdb")
    said = "already there: ducktracker.toml, migrations, .gitignore, README.md; nothing was written"
    assert caught.value.message == said


def test_init_makes_no_folder() -> None:
    with pytest.raises(InputError) as caught:
        init(Path("pond"), "ducklake-duckdb")
    assert (str(caught.value), caught.value.hint) == ("pond: this folder does not exist", "mkdir pond")


def test_init_in_a_file() -> None:
    Path("pond").write_text("")
    with pytest.raises(InputError, match=r"^pond: is not a folder$"):
        init(Path("pond"), "ducklake-duckdb")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        pytest.param("create users table", "create_users_table", id="words"),
        pytest.param("  Add  E-mail, now! ", "add_e_mail_now", id="punctuation and capitals"),
        pytest.param("../../etc/passwd", "etc_passwd", id="slashes and dots"),
        pytest.param("a__b", "a_b", id="underscores"),
        pytest.param("line\nbreak\ttab", "line_break_tab", id="white space"),
        pytest.param("Straße nach Łódź", "straße_nach_łódź", id="Latin letters"),
        pytest.param("cafe\u0301", "café", id="decomposed"),
        pytest.param("テーブルを作る", "テーブルを作る", id="Japanese"),
        pytest.param("तालिका बनाओ", "तालिका_बनाओ", id="marks that belong to letters"),
        pytest.param("add 🦆", "add", id="emoji"),
        pytest.param("bad \udcff byte", "bad_byte", id="not UTF-8"),
        pytest.param("x" * 200, "x" * 200, id="the longest"),
    ],
)
def test_create_makes_a_name_of_any_text(text: str, slug: str) -> None:
    assert made(text) == f"migrations/V1__{slug}.sql"
    assert made(text, repeatable=True) == f"migrations/R__{slug}.sql"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "no letter or digit in the description ''", id="nothing"),
        pytest.param("../..", "no letter or digit in the description '../..'", id="only signs"),
        pytest.param("x" * 201, "the description is too long for a file name; the limit is 200 bytes", id="too long"),
        pytest.param(
            "語" * 67, "the description is too long for a file name; the limit is 200 bytes", id="too many bytes"
        ),
    ],
)
def test_create_refuses_what_can_not_name_a_file(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        made(text)
    assert str(caught.value) == said
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("add \n users", "-- add users", id="white space"),
        pytest.param("ducktracker: allow DATA_LOSS", "-- 'ducktracker: allow DATA_LOSS'", id="a directive"),
        pytest.param(" ducktracker:deny", "-- 'ducktracker:deny'", id="an unknown directive"),
        pytest.param("the ducktracker: allow", "-- the ducktracker: allow", id="no directive"),
        pytest.param("a \x1b[31m", "-- a \\x1b[31m", id="a control character"),
    ],
)
def test_the_file_is_a_comment(text: str, written: str) -> None:
    path = Path(made(text))
    assert path.read_text() == f"{written}\n"
    assert scan("migrations").migrations[0].directives == ()


@pytest.mark.parametrize(
    ("there", "version"),
    [
        pytest.param([], 1, id="none"),
        pytest.param(["V1__a.sql", "V7__b.sql", "V03__c.sql"], 8, id="the highest"),
        pytest.param(["R__a.sql", "notes.txt"], 1, id="no versions"),
        pytest.param(["V0__a.sql"], 1, id="zero"),
        pytest.param(["V7__a.sql", "V7__b.sql"], 8, id="a version that is claimed twice"),
        pytest.param(["V9__.sql", "v12__a.sql"], 10, id="bad names"),
        pytest.param([f"V{10**30}__a.sql", "V2__b.sql"], 3, id="a version that can't be"),
        pytest.param(["V20261122094500__a.sql"], 20261122094501, id="a timestamp"),
    ],
)
def test_the_next_version(there: list[str], version: int) -> None:
    Path("migrations").mkdir()
    for name in there:
        Path("migrations", name).write_bytes(b"\xff")
    assert made("x") == f"migrations/V{version}__x.sql"


def test_no_version_follows_the_highest() -> None:
    Path("migrations").mkdir()
    Path(f"migrations/V{2**63 - 1}__x.sql").touch()
    with pytest.raises(InputError, match=f"^migrations: no version can follow {2**63 - 1}$"):
        made("x")


def test_a_timestamp() -> None:
    before = int(f"{datetime.now(tz=UTC):%Y%m%d%H%M%S}")
    found = re.fullmatch(r"migrations/V(\d{14})__x\.sql", made("x", timestamp=True))
    assert found
    assert before <= int(found[1]) <= int(f"{datetime.now(tz=UTC):%Y%m%d%H%M%S}")


def test_two_timestamps_of_one_second_differ() -> None:
    first, second = (made(text, timestamp=True)[12:26] for text in "xy")
    assert int(second) > int(first)


def test_create_never_overwrites() -> None:
    made("names", repeatable=True)
    Path("migrations/R__names.sql").write_text("mine")
    with pytest.raises(InputError) as caught:
        made("Names!", repeatable=True)
    assert str(caught.value) == "migrations/R__names.sql: this file is there already; nothing was written"
    assert Path("migrations/R__names.sql").read_text() == "mine"


@pytest.mark.parametrize(
    ("directory", "said"),
    [
        pytest.param("file", "file: is not a folder", id="a file"),
        pytest.param("file/migrations", "file/migrations: can't be made: Not a directory", id="beneath a file"),
    ],
)
def test_a_folder_that_is_none(directory: str, said: str) -> None:
    Path("file").write_text("mine")
    with pytest.raises(InputError) as caught:
        made("x", directory)
    assert str(caught.value) == said
    assert Path("file").read_text() == "mine"


def test_the_path_is_shown_from_here(tmp_path: Path) -> None:
    assert made("x", str(tmp_path / "db" / "migrations")) == "db/migrations/V1__x.sql"


def test_a_folder_that_is_not_beneath_here_is_shown_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir("sub")
    assert made("x", str(tmp_path / "migrations")) == f"{tmp_path}/migrations/V1__x.sql"


def test_describe_holds_the_one_file() -> None:
    Path("migrations").mkdir()
    for name in ("V1__a.sql", "V1__b.sql", "V2__c.sql"):
        Path("migrations", name).write_text("SELECT 1")
    document = describe([create("migrations", "d", repeatable=False, timestamp=False)])
    assert (document.directory, document.faults) == ("migrations", ())
    assert [(item.version, item.script) for item in document.migrations] == [(3, "V3__d.sql")]
