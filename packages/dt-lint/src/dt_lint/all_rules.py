"""All rules: what the files in rules/ hold."""

from functools import cache
from importlib import import_module
from operator import attrgetter
from pkgutil import iter_modules

from dt_lint import rules
from dt_lint.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return the rule of each file in rules/, by code."""
    names = (module.name for module in iter_modules(rules.__path__))
    found: list[Rule] = [import_module(f"{rules.__name__}.{name}").RULE for name in names]
    return tuple(sorted(found, key=attrgetter("code")))
