"""The log of obituaries of one cluster: a line of JSON each, 0600, kept when the cluster is gone."""

from __future__ import annotations

import json
import os
from pathlib import Path

from funicular.clusters.obituary import Obituary
from funicular.clusters.private import private_folder
from funicular.clusters.registry import state_home
from funicular.errors import FunicularError
from funicular.messages import from_json, to_json


def path_of(cluster: str) -> Path:
    """Where the obituaries of this cluster stand."""
    return private_folder(state_home() / "log") / f"{cluster}-obituaries.jsonl"


def bury(cluster: str, obituary: Obituary) -> None:
    """Add one. A full disk loses the line, not the cluster."""
    line = json.dumps(to_json(obituary)) + "\n"
    try:
        with open(path_of(cluster), "a", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            file.write(line)
    except OSError:
        return


def clusters() -> tuple[str, ...]:
    """The clusters in which something died, whether or not they are still there."""
    folder = private_folder(state_home() / "log")
    end = "-obituaries.jsonl"
    return tuple(sorted(path.name.removesuffix(end) for path in folder.glob(f"*{end}")))


def read(cluster: str) -> tuple[Obituary, ...]:
    """All of them, oldest first; lines that cannot be read are left out."""
    try:
        lines = path_of(cluster).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
    found = []
    for line in lines:
        try:
            found.append(from_json(Obituary, json.loads(line)))
        except (ValueError, FunicularError):
            continue
    return tuple(found)
