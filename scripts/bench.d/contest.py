"""Runs the contenders of a case in turns."""

from collections.abc import Callable

from case import RUNS, Case
from machine import Machine, Who
from process import Ended, Sample, run
from stage import Stage
from templates import Templates


class Wrong(Exception):
    """A contender did not do what the case is about."""


Samples = dict[Who, list[Sample]]


def contest(machine: Machine, templates: Templates, case: Case, say: Callable[[str], None]) -> Samples:
    """Return the samples of each contender; the n-th of each are from the same turn. Raises Wrong."""
    samples: Samples = {who: [] for who in case.parts}
    stages = {who: Stage(machine, templates.backend, who) for who in case.parts}
    migrations = case.migrations() if case.migrations else None
    say("preparing")
    lakes = {who: templates.name(part.template) for who, part in case.parts.items()}
    for turn in range(RUNS):
        for who, part in case.parts.items():
            if turn >= part.runs:
                continue
            say(f"turn {turn + 1} of {RUNS}, {who}")
            if turn == 0 or case.writes:
                stages[who].set(lakes[who], migrations)
            ended = run(part.argv(stages[who]), stages[who].folder, machine.environment(who))
            if not part.is_right(stages[who], ended):
                raise Wrong(_wrong(case, who, ended))
            samples[who].append(ended.sample)
    return samples


def _wrong(case: Case, who: Who, ended: Ended) -> str:
    head = f"bench: {case.name} {case.size} ({case.backend}): {who} is wrong; exit code {ended.code}"
    return f"{head}\n{ended.out[-2000:]}\n{ended.err[-2000:]}"
