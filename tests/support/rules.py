"""The rules of dt-lint, without one: to see what it is for."""

import pytest

from dt_lint.all_rules import all_rules


def without_rule(monkeypatch: pytest.MonkeyPatch, *codes: str) -> None:
    """Let ducktracker run blind for what these rules find, in this process, until the end of the test."""
    kept = tuple(rule for rule in all_rules() if rule.code not in codes)
    assert len(kept) + len(codes) == len(all_rules())
    for user in ("check", "watch"):
        monkeypatch.setattr(f"dt_lint.{user}.all_rules", lambda: kept)
