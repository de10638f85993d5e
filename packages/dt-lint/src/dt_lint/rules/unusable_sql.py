"""SQL that a migration can't hold: BEGIN and COMMIT, what DuckDB can't parse, what runs more than the file says.

ducktracker runs each migration in a transaction of its own, together with its row of the history, and its checksum
covers all that runs. The parser of the files finds it (script/statements.py, script/refuse.py).
"""

from collections.abc import Iterator, Sequence

from dt_config.config import Migrations
from dt_lint.rule import Found, Rule
from dt_lint.script.statements import Script


def _check(scripts: Sequence[Script], _: Migrations) -> Iterator[Found]:
    for script in scripts:
        for problem in script.problems:
            yield Found(problem.message, script, problem.line, hint=problem.hint)


RULE = Rule("DL412", "SQL that a migration can't hold", check=_check)
