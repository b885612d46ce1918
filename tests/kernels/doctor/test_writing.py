"""The profile that is written of what was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from funicular.doctor.examine import Examined
from funicular.doctor.finding import State
from funicular.doctor.profiled import of_profile
from funicular.doctor.writing import NothingToWrite, profile_text, write
from funicular.sites import known
from funicular.sites.own_terms import in_own_terms
from funicular.sites.profile_file import parse_profile
from tests.kernels.doctor.making import CPU, GPU, LOCAL, only, place

DAY = date(2026, 11, 25)
LEARNT = {
    "scheduler.version": "slurm 25.05.1",
    "queue:cpu.arch": "aarch64",
    "network.login_to_internet": "yes",
}
SAME = [
    "name",
    "is_default",
    "nodes",
    "cores_per_node",
    "memory_per_node_bytes",
    "gpus_per_node",
    "max_nodes",
    "max_walltime_s",
    "accounts",
    "is_open",
    "is_shared",
    "needs_gpu",
    "min_nodes",
    "threads_per_core",
    "is_offered",
]
UNKNOWN = Examined(place(CPU, GPU, cluster="Hill_2"), (), LEARNT)


def test_an_unknown_machine_gets_a_profile_by_which_it_is_known() -> None:
    """Named after its cluster; its nodes are what the visited one was, as a guess for the others."""
    site, text = profile_text("", UNKNOWN, today=DAY)
    found = parse_profile(text, "hill-2.yaml")

    assert (site, found.id, found.clusters) == ("hill-2", "hill-2", ("Hill_2",))
    assert found.network.login_to_internet == "yes"
    assert found.node_types["cpu"].arch == found.node_types["gpu"].arch == "aarch64"
    assert found.is_sure("node_types.cpu.arch") and not found.is_sure("node_types.gpu.arch")


def test_jobs_are_asked_for_as_before_with_it() -> None:
    """The profile changes nothing of what the scheduler says."""
    profile = parse_profile(profile_text("hill", UNKNOWN, today=DAY)[1], "hill.yaml")
    before = (CPU, replace(GPU, needs_gpu=False))
    after = in_own_terms(before, profile)

    for field in SAME:
        assert [getattr(each, field) for each in after] == [getattr(each, field) for each in before], field
    assert [each.asking.partition for each in after] == ["cpu", "gpu"]


def test_a_known_machine_keeps_what_is_known() -> None:
    """The shipped profile with what was found in it."""
    lumi = known.profile("lumi")
    found = Examined(place(CPU, profile=lumi), (), {"access.login_arch": "aarch64"})
    again = parse_profile(profile_text("", found, today=DAY)[1], "lumi.yaml")

    assert again.access.login_arch == "aarch64"
    assert again.queues == lumi.queues and again.storage == lumi.storage


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Examined(LOCAL, ()), "No batch system"),
        (Examined(place(queues=None), ()), "did not list its queues"),
        (Examined(place(), ()), "no name"),
    ],
)
def test_without_a_machine_there_is_nothing_to_write(found: Examined, words: str) -> None:
    """This machine by itself, a silent scheduler, one without a name."""
    with pytest.raises(NothingToWrite, match=words):
        profile_text("", found, today=DAY)


def test_it_is_found_afterwards_and_the_former_is_kept(tmp_path: Path) -> None:
    """In the user's folder, readable as any other; a second writing keeps the first beside it."""
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    path = write("hill", UNKNOWN, environ)
    path.write_text(path.read_text() + "# by hand\n")
    write("hill", UNKNOWN, environ)

    assert known.profile("hill", environ).network.login_to_internet == "yes"
    assert (tmp_path / "funicular/sites/hill.yaml~").read_text().endswith("# by hand\n")


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    """With the path."""
    (tmp_path / "funicular").write_text("a file")

    with pytest.raises(NothingToWrite, match="could not be written"):
        write("hill", UNKNOWN, {"XDG_CONFIG_HOME": str(tmp_path)})


def test_the_difference_is_a_finding() -> None:
    """What it says otherwise; agreement is fine; an unknown machine works too."""
    lumi = known.profile("lumi")

    assert "aarch64" in only(of_profile(place(profile=lumi), {"access.login_arch": "aarch64"})).what
    assert only(of_profile(place(profile=lumi), {})).state is State.OK
    assert "none of those" in only(of_profile(place(), {})).what
    assert [*of_profile(LOCAL, {})] == []
