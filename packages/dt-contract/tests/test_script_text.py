from pathlib import Path

import pytest

from dt_contract.errors import InputError
from dt_contract.script_text import read_text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"SELECT 1;\n", "SELECT 1;\n", id="as it is"),
        pytest.param(b"", "", id="empty"),
        pytest.param(b"\xef\xbb\xbfa", "a", id="byte order mark"),
        pytest.param(b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa", id="only one byte order mark"),
        pytest.param(b"a\r\nb\rc\n", "a\nb\nc\n", id="line ends"),
        pytest.param(b"a\r\r\nb", "a\n\nb", id="CR before CRLF"),
        pytest.param("ñ\u2028\x0b".encode(), "ñ\u2028\x0b", id="other separators stay"),
    ],
)
def test_read_text(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "V1__x.sql").write_bytes(data)
    assert read_text(tmp_path / "V1__x.sql") == expected


def test_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "V1__x.sql").write_bytes(b"a\r\n\xff")
    with pytest.raises(InputError, match=r"^V1__x\.sql:2: is not UTF-8 \(byte 0xff\)$"):
        read_text(tmp_path / "V1__x.sql")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^V1__x\.sql: can't be read: No such file or directory$"):
        read_text(tmp_path / "V1__x.sql")
