"""Whether it is worth reading the profiles at all: a glance at their text, without YAML and without a model.

A cluster starts in a second; reading twenty profiles takes a tenth of one (measured), for nothing on a
machine that none of them describes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

SYSTEM_FOLDER = Path("/etc/funicular/sites")
SETTING = "FUNICULAR_PROFILE"
LABELS = 3  # a domain of fewer, such as bsc.es, is an institute's, not a machine's


def may_be_known(*, host: str, cluster: str | None, environ: Mapping[str, str]) -> bool:
    """False only when no profile is of this machine; true says no more than that one might be."""
    if environ.get(SETTING) or any(any(folder.glob("*.yaml")) for folder in folders(environ)):
        return True
    texts = shipped_texts()
    if cluster and cluster.lower() in texts:
        return True
    labels = host.lower().rstrip(".").split(".")
    pieces = [".".join(labels[n:]) for n in range(len(labels) - LABELS + 1)]
    pieces += [f"\n- {cluster}\n"] if cluster else []
    pieces += [f"\n  {name}: {value}\n" for name, value in environ.items() if value]
    return any(piece in text for text in texts.values() for piece in pieces)


def folders(environ: Mapping[str, str]) -> tuple[Path, Path]:
    """Where profiles may lie besides the shipped ones; the later goes before the earlier."""
    home = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "/")) / ".config")
    return SYSTEM_FOLDER, home / "funicular" / "sites"


@cache
def shipped_texts() -> Mapping[str, str]:
    """The shipped profiles' text by id, in alphabetical order."""
    files = resources.files("funicular.sites").joinpath("catalogue").iterdir()
    return {
        file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8")
        for file in sorted(files, key=lambda each: each.name)
        if file.name.endswith(".yaml")
    }
