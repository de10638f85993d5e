"""Runs the rules that need the files alone."""

from collections.abc import Sequence

from dt_config.config import Migrations
from dt_contract.errors import InputError
from dt_contract.findings import Finding
from dt_lint.all_rules import all_rules
from dt_lint.rule import Found, Rule
from dt_lint.script.names import Name
from dt_lint.script.statements import Script


def findings(scripts: Sequence[Script], settings: Migrations) -> list[Finding]:
    """Return what scripts must not do that share a transaction, or a single one in its own: by place, then by code."""
    order = {script.name: at for at, script in enumerate(scripts)}
    found = [_finding(rule, one) for rule in all_rules() if rule.check for one in rule.check(scripts, settings)]
    return sorted(found, key=lambda finding: (order[finding.script], finding.line or 0))


def check(scripts: Sequence[Script], settings: Migrations) -> None:
    """Raise InputError, which names file, line and code, for the first of these findings."""
    for finding in findings(scripts, settings):
        place = f"{finding.script}:{finding.line}" if finding.line else finding.script
        raise InputError(f"{finding.message} ({finding.code})", place=place, hint=finding.hint)


def _finding(rule: Rule, found: Found) -> Finding:
    return Finding(
        code=rule.code,
        level="error",
        title=rule.title,
        script=found.script.name,
        line=found.line,
        object=_written(found.target) if found.target else None,
        message=found.message,
        hint=found.hint,
    )


def _written(target: Name) -> str:
    """The name with its schema, if that can be told and it is not a schema itself."""
    return ".".join([*filter(None, target.schemas), target.name] if len(target.schemas) == 1 else [target.name])
