import hashlib

from hypothesis import given
from hypothesis import strategies as st

from dt_contract.migrations import Fault, Migration
from dt_scan.content import to_migration
from dt_scan.name import Name

LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\ufeff")).map("x".__add__))
BOM = b"\xef\xbb\xbf"


def migration(data: bytes) -> Migration:
    found = to_migration("V1__x.sql", Name("versioned", 1, "x"), data)
    assert isinstance(found, Migration)
    return found


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@given(LINES)
def test_checksum_of_lf_text_is_that_of_the_file(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    assert (migration(data).checksum, migration(data).raw_checksum) == (sha256(data), None)


@given(LINES, st.sampled_from([b"\r\n", b"\r"]), st.sampled_from([b"", BOM]))
def test_line_ends_and_byte_order_mark_do_not_change_the_checksum(lines: list[str], end: bytes, bom: bytes) -> None:
    data = "\n".join(lines).encode()
    other = bom + data.replace(b"\n", end)
    assert migration(other).checksum == sha256(data)
    assert migration(other).raw_checksum == (None if other == data else sha256(other))


def test_migration() -> None:
    data = b"-- ducktracker: allow DATA_LOSS\nDROP TABLE a;\n"
    assert to_migration("R__x.sql", Name("repeatable", None, "x"), data) == Migration(
        type="repeatable", description="x", script="R__x.sql", checksum=sha256(data), directives=("allow DATA_LOSS",)
    )


def test_not_utf_8() -> None:
    fault = Fault(code="not-utf-8", script="V1__x.sql", message="V1__x.sql:2: is not UTF-8 (byte 0xe9)")
    assert to_migration("V1__x.sql", Name("versioned", 1, "x"), b"\n\xe9") == fault


def test_unknown_directive_is_placed() -> None:
    fault = to_migration("V1__x.sql", Name("versioned", 1, "x"), b"\n-- ducktracker: allow X")
    assert isinstance(fault, Fault)
    assert (fault.code, fault.message.split(";")[0]) == ("unknown-directive", "V1__x.sql:2: unknown hazard `X`")
