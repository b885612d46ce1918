"""What is said of kinds of processors."""

from __future__ import annotations

from dataclasses import replace

from funicular.doctor.finding import State
from funicular.doctor.probe import Errand
from funicular.doctor.probes.processor import Processor, gather, judge, learn
from tests.kernels.doctor.making import CPU, GPU, LOCAL, only, place, seen, trial

INTEL, ARM = Processor("x86_64", 8), Processor("aarch64", 4)


def test_the_same_kind_is_fine() -> None:
    """Under any of its names."""
    assert only(judge(seen(INTEL, INTEL))).state is State.OK
    assert only(judge(seen(Processor("amd64", 1), INTEL))).state is State.OK


def test_another_kind_is_a_failure() -> None:
    """Seen without Python on the node: its own line says it."""
    found = only(judge(seen(INTEL, trial=trial(said={"machine": "aarch64"}))))

    assert found.state is State.FAIL and "aarch64" in found.what and found.next_step


def test_queues_of_another_kind_are_a_note() -> None:
    """By the queue's name."""
    found = only(judge(seen(INTEL, place=place(CPU, replace(GPU, architecture="aarch64")))))

    assert found.state is State.NOTE and "gpu (aarch64)" in found.what


def test_this_machine_is_like_itself() -> None:
    """Nothing is said."""
    assert [*judge(seen(INTEL, place=LOCAL))] == []


def test_it_is_learnt_for_login_and_queue() -> None:
    """In a job this machine is no login node."""
    both = {"access.login_arch": "x86_64", "queue:cpu.arch": "aarch64"}
    there = trial(said={"machine": "arm64"})

    assert learn(seen(INTEL, trial=there)) == both
    assert learn(seen(INTEL, trial=there, place=place(job="3"))) == {"queue:cpu.arch": "aarch64"}


def test_it_gathers_this_machine() -> None:
    """A name and at least a core."""
    found = gather(Errand())

    assert found.machine and found.cores >= 1
