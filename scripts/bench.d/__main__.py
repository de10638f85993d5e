"""Measures ducktracker against the limit, a bare script that does only the unavoidable, and against 0.1.0.

Prints a table on stdout, progress on stderr, and writes a JSON document with every run.
"""

import argparse
import json
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import branching
import migrating
import piping
import planning
import reading
from backends import Backend, CatalogFiles, PostgreSQL
from case import Case
from contest import Samples, Wrong, contest
from figures import as_json, figures
from files import Files
from machine import Machine
from server import server
from sizes import FULL, QUICK, Sizes
from start_up import start_up
from table import table
from templates import Templates

_BACKENDS = ("duckdb", "postgres", "sqlite")
_DOCUMENT = Path(__file__).parents[2] / ".venv/bench.json"


def main() -> int:
    """Run the cases that were asked for."""
    # The temporary folder and the server go in any case.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: terminated"))
    arguments = _arguments()
    backends = _BACKENDS if arguments.backend == "all" else (arguments.backend,)
    with tempfile.TemporaryDirectory(prefix="dt-bench-") as folder, ExitStack() as stack:
        machine = Machine(Path(folder), arguments.env, arguments.old_env)
        machine.extensions  # noqa: B018
        cases = list(_chosen(Files(Path(folder)), backends, QUICK if arguments.quick else FULL, arguments.case))
        # 0.1.0 knows no SQLite.
        cases = [case if machine.old_env and case.backend != "sqlite" else _without_old(case) for case in cases]
        if not cases:
            raise SystemExit("bench: no case has such a name")
        places: dict[str, Backend] = {
            "duckdb": CatalogFiles(machine),
            "sqlite": CatalogFiles(machine, "sqlite", "sqlite_path"),
        }
        if any(case.backend == "postgres" for case in cases):
            places["postgres"] = PostgreSQL(stack.enter_context(server(Path(folder) / "server")))
        templates = {name: Templates(machine, place) for name, place in places.items()}
        runs = [(case, _run(machine, templates[case.backend or "duckdb"], case, at)) for case, at in _numbered(cases)]
    results = [(case, samples) for case, samples in runs if samples]
    found = figures(results)
    print(table(found))
    document = {
        **_about(),
        "cases": [as_json(item, samples) for item, (_, samples) in zip(found, results, strict=True)],
    }
    arguments.json.write_text(json.dumps(document, indent=2) + "\n")
    return 0 if len(results) == len(runs) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/bench", description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="only small sizes: some minutes")
    parser.add_argument(
        "--case", metavar="NAME", action="append", default=[], help="only cases with this in their name"
    )
    parser.add_argument("--backend", choices=(*_BACKENDS, "all"), default="all", help="where catalogs are [all]")
    parser.add_argument("--json", metavar="FILE", type=Path, default=_DOCUMENT, help="[.venv/bench.json]")
    parser.add_argument("--env", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--old-env", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _chosen(files: Files, backends: Sequence[str], sizes: Sizes, names: Sequence[str]) -> Iterator[Case]:
    for case in _all(files, backends, sizes):
        if not names or any(name in case.name for name in names):
            yield case


def _all(files: Files, backends: Sequence[str], sizes: Sizes) -> Iterator[Case]:
    yield from start_up(files)
    yield from piping.stages(files, sizes)
    for backend in backends:
        yield from reading.history(files, backend, sizes)
        yield from migrating.nothing_to_do(files, backend, sizes)
        yield from reading.drift(backend, sizes)
        yield from reading.snapshot(backend, sizes)
        yield from reading.dump(backend, sizes)
        yield from branching.branch(backend, sizes)
        yield from migrating.plan(files, backend, sizes)
        yield from planning.pending(files, backend, sizes)
        yield from planning.many_files(files, backend, sizes)
        yield from migrating.one_more(files, backend, sizes)
        yield from piping.pipelines(files, backend, sizes)
        yield from migrating.new(files, backend, sizes)


def _without_old(case: Case) -> Case:
    return replace(case, parts={who: part for who, part in case.parts.items() if who != "old"})


def _numbered(cases: Sequence[Case]) -> Iterator[tuple[Case, str]]:
    for number, case in enumerate(cases, start=1):
        yield case, f"{number}/{len(cases)}  {case.name}, {case.size:,}{f' ({case.backend})' if case.backend else ''}"


def _run(machine: Machine, templates: Templates, case: Case, at: str) -> Samples:
    def say(what: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{at}: {what}", end="", file=sys.stderr, flush=True)

    try:
        samples = contest(machine, templates, case, say)
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return {}
    clear = "\r\033[K" if sys.stderr.isatty() else ""
    best = ", ".join(f"{who} {min(item.seconds for item in many):.3f} s" for who, many in samples.items())
    print(f"{clear}{at}: {best}", file=sys.stderr, flush=True)
    return samples


def _about() -> dict[str, object]:
    return {
        "kind": "bench",
        "version": 1,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }


if __name__ == "__main__":
    sys.exit(main())
