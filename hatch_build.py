"""How hatchling builds the one distribution `ducktracker` out of the members in packages/.

A member says in its own pyproject.toml what it needs and which commands it has. It is found by its folder, so that
neither has to be said again here. https://hatch.pypa.io/latest/plugins/about/
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_RELATIVE_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?!https?://|mailto:|#)[^)\s]+\)")


class Metadata(MetadataHookInterface):
    """Take requirements, extras and commands from all members; `dev` is the dependency group and what is bundled."""

    def update(self, metadata: dict[str, Any]) -> None:
        root = Path(self.root)
        members = [_read(file)["project"] for file in sorted(root.glob("packages/*/pyproject.toml"))]
        own = {member["name"] for member in members}
        extras: dict[str, list[str]] = {}
        for member in members:
            for extra, requirements in member.get("optional-dependencies", {}).items():
                extras[extra] = _others([*extras.get(extra, []), *requirements], own)
        extras["dev"] = [*extras["bundled"], *_read(root / "pyproject.toml")["dependency-groups"]["dev"]]
        metadata["dependencies"] = _others([text for member in members for text in member["dependencies"]], own)
        metadata["optional-dependencies"] = extras
        metadata["scripts"] = {name: main for member in members for name, main in member.get("scripts", {}).items()}
        metadata["readme"] = {"content-type": "text/markdown", "text": _without_relative_links(root / "README.md")}


class Sources(BuildHookInterface[BuilderConfig]):
    """Put the packages of all members into the wheel, or their folders into the .pth file of an editable one."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the members' `src` folders."""
        sources = sorted(str(source) for source in Path(self.root).glob("packages/*/src"))
        if version == "editable":
            self._pth.write_text("\n".join(sources), encoding="utf-8")
            build_data["force_include_editable"][str(self._pth)] = "_ducktracker.pth"
        else:
            build_data["force_include"] |= dict.fromkeys(sources, "/")

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what `initialize` left beside the wheel."""
        self._pth.unlink(missing_ok=True)

    @property
    def _pth(self) -> Path:
        return Path(self.directory, "ducktracker.pth")


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _others(requirements: list[str], own: set[str]) -> list[str]:
    """Return the requirements that are not members, each once, sorted."""
    return sorted({text for text in requirements if re.split(r"[\[\s<>=!~;@]", text)[0] not in own})


def _without_relative_links(readme: Path) -> str:
    """Return the text without links to files of this repository, which lead nowhere on a package index."""
    return _RELATIVE_LINK.sub(r"\1", readme.read_text(encoding="utf-8"))
