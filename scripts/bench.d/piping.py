"""Cases of the pipe stages on large input, and of the README's pipelines."""

import shlex
from collections.abc import Iterator
from functools import partial

from case import Case, Goal, Part
from commands import bare, command
from files import Files
from lakes import CHANGES, baselined, migrated
from machine import Who
from process import Ended
from sizes import Sizes
from stage import Stage


def stages(files: Files, sizes: Sizes) -> Iterator[Case]:
    """Return dt-diff and dt-scan."""
    for count in sizes.documents:
        paths = (files.document(count), files.document(count, drifted=True))
        ours, limit = Part(command("dt-diff", *paths), _differs), Part(bare("diff", *paths), _differs_bare)
        yield Case("dt-diff", "", count, {"ours": ours, "limit": limit}, _growth(count, 10_000))
    for count in sizes.files:
        folder, scans = str(files.migrations(count)), partial(_scans, count=count)
        ours, limit = Part(command("dt-scan", folder), scans), Part(bare("scan", folder), scans)
        yield Case("dt-scan", "", count, {"ours": ours, "limit": limit}, _growth(count, 5000))


def _growth(count: int, largest: int) -> tuple[Goal, ...]:
    return (Goal("growth", 1.1),) if count == largest else ()


def _differs(stage: Stage, ended: Ended) -> bool:
    return ended.code == 1 and ended.out.count('"change": ') == CHANGES


def _differs_bare(stage: Stage, ended: Ended) -> bool:
    return ended.code == 0 and ended.out.strip() == str(CHANGES)


def _scans(stage: Stage, ended: Ended, count: int) -> bool:
    return ended.code == 0 and ended.out.count('"checksum": ') == count


def pipelines(files: Files, backend: str, sizes: Sizes) -> Iterator[Case]:
    """Return the README's pipelines; their limits are pipelines of limits."""
    count = sizes.pipelines
    folder = str(files.migrations(count))

    def status(stage: Stage) -> tuple[str, ...]:
        return stage.limit("history", folder, "READ_ONLY")

    def snapshot(stage: Stage) -> tuple[str, ...]:
        return stage.limit("snapshot")

    lake = migrated(files, count)
    parts: dict[Who, Part] = {
        "ours": Part(lambda stage: _shell("dt-scan | dt-history status"), partial(_says, times=count), lake),
        "limit": Part(
            # The second one reads to the end, as `status` does, or the first one might be told that nobody listens.
            lambda stage: _shell(
                f"{_line(stage.machine.limit('scan', folder))} | (cat > /dev/null; {_line(status(stage))})"
            ),
            _succeeds,
            lake,
        ),
    }
    yield Case("dt-scan | dt-history status", backend, count, parts, (), partial(files.migrations, count))
    yield Case(
        "dt-snapshot > baseline.json",
        backend,
        count,
        {
            "ours": Part(lambda stage: _shell("dt-snapshot > baseline.json"), _succeeds, baselined(count)),
            "limit": Part(lambda stage: _shell(f"{_line(snapshot(stage))} > limit.json"), _succeeds, baselined(count)),
        },
    )
    for name, line in (
        ("dt-snapshot | dt-diff baseline.json", "dt-snapshot | dt-diff {}"),
        ("dt-snapshot --at 1 | dt-diff - baseline.json", "dt-snapshot --at 1 | dt-diff - {}"),
    ):
        yield Case(name, backend, count, {"ours": Part(partial(_compared, line=line), _succeeds, baselined(count))})


def _compared(stage: Stage, line: str) -> tuple[str, ...]:
    """The baseline is saved first, out of the measured time."""
    baseline = stage.folder / "baseline.json"
    baseline.write_text(stage.machine.must("ours", stage.machine.command("dt-snapshot"), folder=stage.folder).out)
    return _shell(line.format(baseline.name))


def _shell(line: str) -> tuple[str, ...]:
    return ("bash", "-o", "pipefail", "-c", line)


def _line(argv: tuple[str, ...]) -> str:
    return shlex.join(argv)


def _says(stage: Stage, ended: Ended, times: int) -> bool:
    return ended.code == 0 and ended.out.count('"state": "applied"') == times


def _succeeds(stage: Stage, ended: Ended) -> bool:
    return ended.code == 0
