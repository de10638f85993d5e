import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dt_contract.files import create_file, replace_file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_has_the_permissions_of_the_umask(tmp_path: Path) -> None:
    (tmp_path / "ordinary").touch()
    replace_file(str(tmp_path / "x"), b"1")
    create_file(str(tmp_path / "y"), b"2")
    assert ((tmp_path / "x").read_bytes(), (tmp_path / "y").read_bytes()) == (b"1", b"2")
    assert len({stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}) == 1
    assert names(tmp_path) == ["ordinary", "x", "y"]


def test_a_file_that_is_written_again_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace_file(str(path), b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    replace_file(str(tmp_path / "link"), b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_device_stays_one() -> None:
    replace_file(os.devnull, b"x")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        create_file(str(tmp_path / "x"), b"new")
    assert ((tmp_path / "x").read_bytes(), names(tmp_path)) == (b"old", ["x"])


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    for write in (replace_file, create_file):
        with pytest.raises(FileNotFoundError):
            write(str(tmp_path / "missing" / "x"), b"")


def test_what_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        replace_file(str(tmp_path / "x"), b"new")
    assert ((tmp_path / "x").read_bytes(), names(tmp_path)) == (b"old", ["x"])


def test_a_kill_before_it_is_moved_into_place_leaves_the_old_file_whole(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    program = (
        "import os, signal\n"
        "from dt_contract.files import replace_file\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "replace_file('x', b'new' * 1_000_000)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=tmp_path)
    assert (ended.returncode, (tmp_path / "x").read_bytes()) == (-signal.SIGKILL, b"old")
