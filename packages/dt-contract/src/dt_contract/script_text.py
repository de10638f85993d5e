"""The text of a migration file, as it is hashed and as it is run."""

from pathlib import Path

from dt_contract.errors import InputError

_BOM = b"\xef\xbb\xbf"


def normalised(data: bytes) -> bytes:
    """Return UTF-8 bytes without byte order mark and with LF line ends."""
    return data.removeprefix(_BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def not_utf_8(error: UnicodeDecodeError) -> tuple[int, str]:
    """Return the line, from 1, in which the text stops being UTF-8, and says so."""
    return error.object.count(b"\n", 0, error.start) + 1, f"is not UTF-8 (byte 0x{error.object[error.start]:02x})"


def read_text(path: Path) -> str:
    """Return the text whose UTF-8 bytes the checksum is over; raises InputError for a file that can't be read so."""
    try:
        return normalised(path.read_bytes()).decode("utf-8")
    except UnicodeDecodeError as error:
        line, message = not_utf_8(error)
        raise InputError(message, place=f"{path.name}:{line}") from None
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", place=path.name) from None
    except ValueError:
        raise InputError("can't be read: that is not the name of a file", place=path.name) from None
