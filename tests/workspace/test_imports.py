"""Who may import whom, and that reading loads nothing that writes."""

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from support.project import Project

ROOT = Path(__file__).parents[2]
_LAKE = {"dt_contract", "dt_config", "dt_lake"}
PACKAGES = {
    "dt_contract": set[str](),
    "dt_config": {"dt_contract"},
    "dt_scan": {"dt_contract", "dt_config"},
    "dt_diff": {"dt_contract"},
    "dt_lake": {"dt_contract", "dt_config"},
    "dt_lint": _LAKE,
    "dt_history": _LAKE,
    "dt_snapshot": _LAKE,
    "dt_branch": _LAKE,
    "ducktracker": _LAKE | {"dt_scan", "dt_diff", "dt_lint", "dt_history", "dt_snapshot", "dt_branch"},
}
ROOMS = {
    "cli": {"change", "compare", "plan", "migrate", "history", "drift", "terminal", "project"},
    "change": {"compare", "plan", "migrate", "history", "drift", "project"},
    "compare": {"drift", "migrate"},
    "plan": {"migrate", "drift"},
    "migrate": {"drift"},
    "history": {"drift"},
    "drift": set[str](),
    "terminal": set[str](),
    "project": set[str](),
}
WRITES = ("dt_lint", "dt_branch", "ducktracker.migrate", "ducktracker.plan", "ducktracker.history")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that draws the imports."""
    loader = SourceFileLoader("imports", str(ROOT / "scripts" / "imports"))
    spec = spec_from_loader("imports", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(("kind", "allowed"), [("packages", PACKAGES), ("rooms", ROOMS)])
def test_nobody_imports_what_it_may_not(script: ModuleType, kind: str, allowed: dict[str, set[str]]) -> None:
    graph = script.packages() if kind == "packages" else script.rooms("ducktracker")
    assert set(graph) == set(allowed)
    assert {name: graph[name] - allowed[name] for name in graph if graph[name] - allowed[name]} == {}


def test_the_drawing_begins_with_what_imports_the_rest(script: ModuleType) -> None:
    first = script.drawing(script.packages()).splitlines()[0]
    assert first.split()[1:3] == ["ducktracker", "->"]


@pytest.mark.parametrize("kind", ["packages", "rooms"])
def test_the_page_on_the_architecture_shows_the_drawing(script: ModuleType, kind: str) -> None:
    page = (ROOT / "packages/ducktracker/docs/architecture.md").read_text(encoding="utf-8")
    graph = script.packages() if kind == "packages" else script.rooms("ducktracker")
    assert "".join(f"    {line}\n" for line in script.drawing(graph).splitlines()) in page


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(["info"], id="info"),
        pytest.param(["validate"], id="validate"),
        pytest.param(["drift"], id="drift"),
        pytest.param(["log"], id="log"),
        pytest.param(["diff", "V1", "live"], id="diff"),
    ],
)
def test_reading_loads_nothing_that_writes(duckdb_project: Project, argv: list[str]) -> None:
    project = duckdb_project
    project.migration("V1__t.sql", "CREATE TABLE t (a INTEGER)")
    assert project.main("migrate").code == 0
    program = f"import sys\nfrom ducktracker.cli.main import main\nmain({argv!r})\nprint(*sys.modules, file=sys.stderr)"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project.folder,
        env=project.environment,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    loaded = [name for name in ended.stderr.split() if name.startswith(WRITES)]
    assert loaded == []
