"""Cases of commands that reach no lake: their limit is a Python that does nothing."""

from collections.abc import Iterator

from case import Case, Goal, Part
from commands import command
from files import Files
from machine import Who
from process import Ended
from stage import Stage

_PURE = ("dt-config", "dt-scan", "dt-diff")
_OF_A_LAKE = ("dt-history", "dt-snapshot", "ducktracker")


def start_up(files: Files) -> Iterator[Case]:
    """Return --help and --version of every command, and the small runs of those that are only pipe stages."""
    nothing = Part(lambda stage: (stage.machine.python, "-c", "pass"), _succeeds)
    for name in (*_PURE, *_OF_A_LAKE):
        parts: dict[Who, Part] = {"ours": _pure(name, "--help"), "limit": nothing}
        if name == "ducktracker":
            parts["old"] = Part(command("ducktracker", "--help", who="old"), _succeeds)
        yield Case(f"{name} --help", "", 1, parts, (Goal("limit", 4),))
    for name in _PURE:
        yield Case(
            f"{name} --version", "", 1, {"ours": _pure(name, "--version"), "limit": nothing}, (Goal("limit", 4),)
        )
    load = Part(lambda stage: stage.machine.limit("load", str(stage.machine.extensions)), _succeeds)
    for name in _OF_A_LAKE:
        ours = Part(command(name, "--version"), _succeeds)
        yield Case(f"{name} --version", "", 1, {"ours": ours, "limit": load})
    small = (
        ("dt-config", _pure("dt-config")),
        ("dt-scan, 10 files", _pure("dt-scan", str(files.migrations(10)))),
        ("dt-diff, 2 tables", _pure("dt-diff", files.document(2), files.document(2))),
    )
    for what, part in small:
        yield Case(what, "", 1, {"ours": part, "limit": nothing}, (Goal("limit", 6),))


def _pure(name: str, *argv: str) -> Part:
    """A run that must not import duckdb; that is looked at in one more run, which is not measured."""

    def is_right(stage: Stage, ended: Ended) -> bool:
        return _succeeds(stage, ended) and not _imports_duckdb(stage, name, *argv)

    return Part(command(name, *argv), is_right)


def _imports_duckdb(stage: Stage, name: str, *argv: str) -> bool:
    python = (stage.machine.python, "-X", "importtime", stage.machine.command(name), *argv)
    loaded = {
        line.rpartition("|")[2].strip()
        for line in stage.machine.must("ours", *python, folder=stage.folder).err.splitlines()
    }
    return "duckdb" in loaded


def _succeeds(stage: Stage, ended: Ended) -> bool:
    return ended.code == 0
