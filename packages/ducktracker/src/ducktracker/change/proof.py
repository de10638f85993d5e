"""Whether generated SQL did what it was generated for. Pure."""

from collections.abc import Collection

from dt_contract.diff import DiffDocument
from dt_contract.errors import InputError
from dt_contract.schema import SchemaDocument
from dt_diff.compare import compare
from dt_diff.sql.script import LeftOver
from dt_diff.text import change_lines

BY_HAND = "write that migration by hand; `--format sql` of drift or diff shows what was generated"
"""What to do if generated SQL does not do what it was generated for."""


def unmade(wanted: SchemaDocument, made: SchemaDocument, left_over: Collection[LeftOver]) -> DiffDocument:
    """Return what of the wanted schema the SQL does not make, all of it announced as left over.

    Raise InputError for any other difference.
    """
    diff = compare(made, wanted, expected_name="what the SQL makes", actual_name="what it is to make")
    names = {item.name for item in left_over}
    others = tuple(change for change in diff.changes if not _is_in(change.name, names))
    if others:
        text = " ".join(part.strip() for part in change_lines(others[0]))
        more = f", and {len(others) - 1} more" if len(others) > 1 else ""
        raise InputError(
            f"the generated SQL was tried, and does not make this: {text}{more}; nothing was written",
            hint=BY_HAND,
        )
    return diff


def _is_in(name: str, names: Collection[str]) -> bool:
    """Whether a difference is of one of the objects, of something in it, or of what it is in."""
    return any(f"{name}.".startswith(f"{other}.") or other.startswith(f"{name}.") for other in names)
