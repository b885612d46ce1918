"""What two environments must share for pickles and numbers to mean the same, compared when a node joins."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata

PACKAGES = ("dask", "distributed", "cloudpickle", "numpy", "pandas", "scikit-learn", "funicular")


def fingerprint() -> dict[str, str]:
    """Python, processor architecture and the versions of the packages that travel between processes."""
    found = {"Python": platform.python_version(), "processor": platform.machine()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "none"
    return found


def differences(there: Mapping[str, str], here: Mapping[str, str]) -> tuple[str, ...]:
    """``"numpy 2.3.0 there, 2.4.6 here"`` for each thing that differs; patch levels of Python do not."""

    def comparable(name: str, version: str) -> str:
        return ".".join(version.split(".")[:2]) if name == "Python" else version

    return tuple(
        f"{name} {there.get(name, 'none')} there, {here[name]} here"
        for name in here
        if comparable(name, there.get(name, "none")) != comparable(name, here[name])
    )


def in_words(host: str, found: tuple[str, ...]) -> str:
    """A sentence for the cell, empty when nothing differs."""
    if not found:
        return ""
    return (
        f"The workers on {host} do not have the notebook's environment: {'; '.join(found)}.\n"
        "  Next: install the kernel in an environment that compute nodes share, "
        "then funicular.stop() and run the cell again.\n"
    )
