"""A profile made from what a scheduler says can be read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from funicular.schedulers.base import Availability, Queue
from funicular.sites.new_profile import draft
from funicular.sites.profile_file import ProfileBroken, parse_profile

HERE = Availability(here=True, version="slurm 25.05.1")
QUEUES = (
    Queue("day", True, 10, 64, 2**38, max_walltime_s=90061, accounts=("physics",)),
    Queue("gpu", False, 2, 32, 2**37, gpus_per_node=4, is_shared=False, max_nodes=1),
)


def test_it_says_what_the_scheduler_said() -> None:
    """Queues, nodes and limits come back as they were; what it does not say is marked."""
    profile = parse_profile(draft("hill", "slurm", HERE, QUEUES, today=date(2026, 11, 25)), "hill.yaml")

    assert [queue.name for queue in profile.queues] == ["day", "gpu"]
    assert profile.queues[0].max_walltime == 90061
    assert profile.queues[1].sharing == "whole nodes"
    assert profile.node_types["gpu"].gpus == 4
    assert profile.account.is_needed
    assert not profile.is_sure("node_types.day.arch")


def test_what_is_known_of_processors_is_said_and_the_rest_is_a_guess() -> None:
    """What the scheduler says of nodes is sure; a kind that no profile can say is a guess like none."""
    arm, power = replace(QUEUES[0], architecture="aarch64"), replace(QUEUES[1], architecture="ppc64le")
    text = draft("hill", "slurm", HERE, (arm, power), clusters=("Hill_2",), arch="aarch64")
    profile = parse_profile(text, "hill.yaml")

    assert [node.arch for node in profile.node_types.values()] == ["aarch64", "aarch64"]
    assert [profile.is_sure(f"node_types.{each}.arch") for each in ("day", "gpu")] == [True, False]
    assert profile.clusters == ("Hill_2",)


def test_a_name_that_cannot_be_an_id_is_refused() -> None:
    """Before anything is printed."""
    with pytest.raises(ProfileBroken, match=r"My Machine\.yaml"):
        draft("My Machine", "slurm", HERE, QUEUES)
