"""Which files are the user's own, what their statements are, and what they are called."""

from __future__ import annotations

import linecache
import site
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import funicular
from funicular.profiling.statements import Unit, units


class Files:
    """names: what a file is called, such as ``cell 3`` for the file that a kernel gives to a cell."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = dict(names)
        self._paths = {name: path for path, name in self._names.items()}
        self._units: dict[str, Mapping[int, Unit]] = {}

    def name(self, path: str) -> str:
        return self._names.get(path, path)

    def units(self, name: str) -> Mapping[int, Unit]:
        """By line; empty when the file is not the user's."""
        if name not in self._units:
            path = self._paths.get(name, name)
            is_ours = path in self._names or is_users(path)
            self._units[name] = units("".join(linecache.getlines(path))) if is_ours else {}
        return self._units[name]


def is_users(path: str) -> bool:
    """Whether this is neither Python's, nor an installed package's, nor Funicular's."""
    return path.endswith(".py") and not path.startswith(_others())


def _others() -> tuple[str, ...]:
    found = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    found |= {sys.prefix, sys.base_prefix + "/lib", str(Path(funicular.__file__).parent), *_user_packages()}
    return (*(f"{each}/" for each in found if each), "<")


def _user_packages() -> list[str]:
    return [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
