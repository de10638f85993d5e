"""Plans in files, and whether one still fits the lake and the migrations."""

from unicodedata import normalize

from dt_contract import codec
from dt_contract.errors import InputError, LakeBusy, MigrationFailed
from dt_contract.files import replace_file
from dt_contract.migrations import Migration
from dt_contract.plan import PlanDocument
from dt_contract.streams import read_document
from dt_lake.attach import place
from dt_lake.lake import Lake
from dt_snapshot.reader import read_schema

_LOOK = "nothing was applied; look again with `ducktracker plan`"
_RUN = "nothing was applied; run again"


def save(document: PlanDocument, path: str) -> None:
    """Write the plan to a file. Raises InputError."""
    try:
        replace_file(path, codec.encode(document))
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place=path) from None


def failure(document: PlanDocument) -> MigrationFailed | None:
    """Return the error for a plan that fails."""
    failed = document.failure
    if failed is None:
        return None
    return MigrationFailed(failed.error, place=failed.place, excerpt=failed.sql, hint="nothing was applied")


def read_plan(path: str) -> PlanDocument:
    """Return a plan from a file. Raises InputError, also for a plan that would fail."""
    document = read_document(path, PlanDocument, reader="ducktracker migrate", hint="ducktracker plan --out FILE")
    if document.failure:
        raise InputError(f"this plan would fail: {document.failure.error}", place=path)
    return document


def check_plan(planned: PlanDocument, waiting: list[Migration], lake: Lake | None, path: str | None) -> None:
    """Raise LakeBusy if the pending files or the lake's schema are no longer those of the plan.

    `path` is that of the file that it is from, None if it was made for `behavior.hazards` just before. Raises
    InputError for a plan of another lake, such as a branch of this one.
    """
    source, hint = ("plan", _LOOK) if path else ("trial on a branch", _RUN)
    was = [(normalize("NFC", item.script), item.checksum) for item in planned.migrations]
    now = [(normalize("NFC", item.script), item.checksum) for item in waiting]
    if was != now:
        changed = min((script for script, _ in {*was} ^ {*now}), default="their order")
        raise LakeBusy(f"the pending migrations are no longer those of the {source}: {changed}", hint=hint)
    schema = read_schema(lake) if lake else None
    branch = lake.branch.data_path if lake and lake.branch else None
    if lake and schema and planned.lake and (planned.lake, planned.branch) != (schema.lake.id, branch):
        whose = "a branch" if planned.branch else "a lake"
        raise InputError(
            f"this plan was made on {whose}, and is not one of {place(lake.config.connection)}",
            place=path,
            hint="make one for this lake: ducktracker plan --out FILE",
        )
    if (schema.fingerprint if schema else None) != planned.base_fingerprint:
        raise LakeBusy(f"the lake's schema is no longer that of the {source}", hint=hint)
