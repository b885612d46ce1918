"""What the cluster of a process is called."""

from __future__ import annotations

import os
import sys

from funicular.clusters.naming import cluster_name, environment_name
from funicular.clusters.registry import cluster_folder


def test_a_named_cluster_goes_before_the_sessions_and_a_script_has_its_own(monkeypatch):
    """In this order; a script's is named after its process."""
    assert cluster_name() == f"py-{os.getpid()}"

    monkeypatch.setenv("FUNICULAR_SESSION", "lab-ab12cd")

    assert cluster_name() == f"lab-ab12cd-{environment_name(sys.prefix)}"

    monkeypatch.setenv("FUNICULAR_CLUSTER", "shared")

    assert cluster_name() == "shared"


def test_environments_of_the_same_folder_name_are_told_apart():
    """Whatever stands in the path, the name is one that a cluster may have."""
    names = [
        environment_name(prefix)
        for prefix in ("/a/My Env (3.12)", "/b/My Env (3.12)", "/", "/opt/" + "x" * 99)
    ]

    assert names[0].startswith("my-env-3-12-")
    assert len(set(names)) == 4
    for name in names:
        cluster_folder(f"lab-ab12cd-{name}")
