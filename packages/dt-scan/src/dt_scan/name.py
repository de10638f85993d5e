"""Names of migration files: `V<version>__<description>.sql` and `R__<description>.sql`.

`B<version>__…` stands for all versions up to its own, and `U<version>__…` takes its version back.
"""

import re

import msgspec

from dt_contract.migrations import Fault, MigrationType

HIGHEST_VERSION = 2**63 - 1
"""What a BIGINT of the history table can hold."""

_PATTERN = re.compile(r"(?:(?P<letter>[VBU])(?P<version>[0-9]+)|R)__(?P<description>.*)\.sql", re.DOTALL)
_TYPES: dict[str, MigrationType] = {"V": "versioned", "B": "squashed", "U": "undone"}


class Name(msgspec.Struct, frozen=True):
    """What a file's name says; `version` is None for a repeatable migration."""

    type: MigrationType
    version: int | None
    description: str


def parse_name(script: str) -> Name | Fault:
    """Return what the name says, or why it is no name of a migration."""
    match = _PATTERN.fullmatch(script)
    if match is None:
        return Fault(
            code="bad-name",
            script=script,
            message="the name has none of the forms V1__what.sql, R__what.sql, B1__what.sql and U1__what.sql",
        )
    if not match["description"].strip():
        return Fault(code="empty-description", script=script, message="the name has no description after __")
    if match["version"] is None:
        return Name("repeatable", None, match["description"])
    version = _number(match["version"])
    if version is None:
        message = f"the version is above the highest possible one, {HIGHEST_VERSION}"
        return Fault(code="bad-name", script=script, message=message)
    return Name(_TYPES[match["letter"]], version, match["description"])


def _number(digits: str) -> int | None:
    # Python refuses to convert very many digits, and a file name may have up to 255.
    significant = digits.lstrip("0") or "0"
    if len(significant) > len(str(HIGHEST_VERSION)) or int(significant) > HIGHEST_VERSION:
        return None
    return int(significant)
