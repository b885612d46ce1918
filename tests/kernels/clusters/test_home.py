"""What is said of a cluster's end by those who know it: its controller's own job has a walltime."""

from __future__ import annotations

from dataclasses import replace

from funicular.clusters import home
from funicular.clusters.fleet import Block, BlockState, Fleet, Shape
from funicular.schedulers.base import JobId

SHAPE = Shape(4, None, 0, 1800, "cpu", None, workers=4, threads=1)
BLOCK = Block(
    "b1", 1, SHAPE, state=BlockState.RUNNING, job=JobId("17"), started=0.0, hosts=("n1",), is_home=True
)
FLEET = Fleet(shape=SHAPE, wished=1, blocks=(BLOCK,))


def test_the_end_is_told_beforehand_with_the_reason():
    """How long the cluster can live, and why its controller is not beside the notebook."""
    said = home.beforehand("servers are forbidden here", 1800)

    assert "30 min at most" in said
    assert "servers are forbidden here" in said


def test_the_last_minutes_are_warned_of_once_they_come():
    """A tenth of its life before the end, not earlier; with what can still be done."""
    assert home.near_the_end(FLEET, now=1600) == ""
    assert home.near_the_end(Fleet(shape=SHAPE, blocks=(replace(BLOCK, is_home=False),)), now=1700) == ""

    said = home.near_the_end(FLEET, now=1700)

    assert "ends in 1 min 40 s with job 17" in said
    assert "funicular.scale(nodes=1, hours=1)" in said


def test_a_wish_for_longer_jobs_than_the_cluster_lives_is_answered():
    """Ten minutes are left: an hour cannot be had here, five minutes can."""
    assert "ends in 10 min with job 17" in home.too_long(FLEET, 3600, now=1200)
    assert "hours=1)" in home.too_long(FLEET, 3600, now=1200)
    assert home.too_long(FLEET, 300, now=1200) == ""
    assert home.too_long(Fleet(), 3600, now=0) == ""


def test_keep_says_what_ends_the_cluster_all_the_same():
    """Its own job, the notebook's, or nothing."""
    assert "It can stay for 20 min" in home.how_long(FLEET, JobId("17"), now=600)
    assert "ends with job 5, in which the notebook" in home.how_long(Fleet(), JobId("5"), now=0)
    assert home.how_long(Fleet(), None, now=0) == ""


def test_the_obituary_of_a_controller_whose_time_is_over_names_job_and_next_step():
    """Written by itself, before it goes."""
    found = home.obituary("mine", FLEET, pid=7)

    assert found.kind == "controller"
    assert "process 7 on n1" in found.name
    assert "job 17" in found.cause
    assert "funicular.stop(), then funicular.scale" in found.next_step
