"""What is said of GPUs."""

from __future__ import annotations

from funicular.doctor.finding import State
from funicular.doctor.probe import Errand
from funicular.doctor.probes.gpus import Devices, gather, judge, learn
from tests.kernels.doctor.making import CPU, GPU, LOCAL, only, place, seen, states, trial

BOTH = place(CPU, GPU)
ON_GPU = trial(queue="gpu")


def test_queues_with_gpus_are_named() -> None:
    """With how many a node has."""
    assert "gpu (4 a node)" in only(judge(seen(place=BOTH))).what


def test_a_machine_without_any_says_nothing() -> None:
    """It is no trouble."""
    assert [*judge(seen())] == []


def test_a_job_that_got_one_is_fine() -> None:
    """And one that asked in vain is a warning."""
    got, not_got = Devices(4, False, ("0",)), Devices(4, False)

    assert states(judge(seen(node=got, trial=ON_GPU, place=BOTH))) == [State.OK, State.OK]
    assert states(judge(seen(node=not_got, trial=ON_GPU, place=BOTH))) == [State.OK, State.WARN]


def test_a_job_that_asked_for_none_is_not_judged() -> None:
    """On a node of the other queue."""
    assert states(judge(seen(node=Devices(), place=BOTH))) == [State.OK]


def test_this_machines_own_are_a_note() -> None:
    """Jobs here are given none."""
    assert "2 NVIDIA GPUs" in only(judge(seen(Devices(2), place=LOCAL))).what
    assert "AMD" in only(judge(seen(Devices(0, True), place=LOCAL))).what
    assert [*judge(seen(Devices(), place=LOCAL))] == []


def test_whose_they_are_is_learnt() -> None:
    """By the device files on the node."""
    assert learn(seen(node=Devices(4), trial=ON_GPU)) == {"queue:gpu.gpu_vendor": "nvidia"}
    assert learn(seen(node=Devices(0, True), trial=ON_GPU)) == {"queue:gpu.gpu_vendor": "amd"}
    assert learn(seen(node=Devices())) == {}


def test_it_gathers_without_a_driver() -> None:
    """A count, whatever this machine has."""
    assert gather(Errand()).nvidia >= 0
