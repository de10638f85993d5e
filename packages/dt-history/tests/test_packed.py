import zlib

import pytest

from dt_contract.history import HistoryDocument
from dt_history.packed import Damaged, pack, parse, unpack


def bomb(size: int) -> bytes:
    compressor = zlib.compressobj(9)
    block = b" " * (1 << 24)
    return b"".join([compressor.compress(block) for _ in range(size >> 24)] + [compressor.flush()])


@pytest.mark.parametrize("data", [b"", b"x", b"blanks " * 100_000], ids=["none", "a byte", "much alike"])
def test_what_was_packed_is_unpacked(data: bytes) -> None:
    assert unpack(pack(data)) == data


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "is cut short", id="nothing"),
        pytest.param(b"garbage", "is not compressed as ducktracker does it", id="garbage"),
        pytest.param(pack(b"x" * 100)[:-6], "is cut short", id="cut short"),
        pytest.param(bomb(1 << 29), "is larger than any that ducktracker writes", id="half a gigabyte of blanks"),
    ],
)
def test_what_is_no_packed_data(data: bytes, problem: str) -> None:
    with pytest.raises(Damaged, match=problem):
        unpack(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{}", id="fields are missing"),
        pytest.param(b'{"kind":"history","table":"\xff"}', id="not UTF-8"),
        pytest.param(b'{"x":' * 5000 + b"1" + b"}" * 5000, id="nested deep"),
        pytest.param(b'{"kind":"history","table":"t","rows":[{"installed_rank":"x"}]}', id="another type"),
    ],
)
def test_what_is_not_of_the_type(data: bytes) -> None:
    with pytest.raises(Damaged, match="is not what ducktracker writes"):
        parse(data, HistoryDocument)
