"""Putting it together: every probe is judged, and silence is said."""

from __future__ import annotations

import pytest

from funicular.doctor.examine import PlaceUnknown, examine, folders, judge
from funicular.doctor.finding import Finding, State, worst
from funicular.doctor.forked import Silent
from funicular.doctor.place import look
from funicular.doctor.probe import SECTIONS, Errand, all_probes
from funicular.doctor.trial import Ended, Trial
from funicular.doctor.visit import Terms
from funicular.errors import FunicularError
from funicular.schedulers.catalogue import UnknownScheduler
from tests.architecture.arrows import ROOT
from tests.kernels.doctor.making import LOCAL, place, trial

PROBES = all_probes()
EVERYWHERE = (None, trial(), *(Trial(each) for each in Ended))


def test_each_probe_has_its_test() -> None:
    """A probe is found by being there, and so is its test."""
    folder = ROOT / "tests" / "kernels" / "doctor" / "probes"

    assert {path.stem.removeprefix("test_") for path in folder.glob("test_*.py")} == set(PROBES)
    assert {probe.section for probe in PROBES.values()} <= set(SECTIONS)


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_without_facts_still_judges(name: str) -> None:
    """Nothing gathered, whatever became of the job, on any kind of place: findings with words."""
    silent = place(queues=None)
    for where in (LOCAL, place(), silent):
        for tried in EVERYWHERE:
            findings, learnt = judge(name, PROBES[name], where, {}, tried, Errand())
            assert all(each.name == name and each.what for each in findings)
            assert all(isinstance(path, str) for path in learnt)


@pytest.mark.parametrize("name", [name for name, probe in PROBES.items() if probe.gather])
def test_silence_is_unknown_and_never_a_failure(name: str) -> None:
    """Here, and on the node."""
    why = {name: Silent("it took longer than 8.0 s")}
    here, _ = judge(name, PROBES[name], place(), why, None, Errand())
    node, _ = judge(name, PROBES[name], place(), {}, trial(silent={name: "it hung"}), Errand())

    assert here[0].state is State.UNKNOWN and "8.0 s" in here[0].meaning
    assert node[0].state is State.UNKNOWN and "n1" in node[0].what


def test_facts_that_cannot_be_read_are_unknown() -> None:
    """A node with another version of Funicular."""
    found, _ = judge("clock", PROBES["clock"], place(), {}, trial(facts={"clock": {"odd": 1}}), Errand())

    assert found[0].state is State.UNKNOWN and "odd" in found[0].meaning


def test_a_slip_in_the_site_is_told_as_one() -> None:
    """With the names that are known."""
    with pytest.raises(UnknownScheduler):
        examine("slrum", job=False, terms=Terms(), tell=lambda text: None)


def test_a_place_that_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in three parts."""

    def broken(setting: str, queue: str | None) -> None:
        raise FunicularError("The moon is in the wrong house.")

    monkeypatch.setattr("funicular.doctor.examine.look", broken)
    with pytest.raises(PlaceUnknown, match="moon"):
        examine("local", job=False, terms=Terms(), tell=lambda text: None)


def test_a_named_scheduler_that_is_not_here_is_a_place_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its silence is for a finding to say."""
    monkeypatch.setenv("PATH", "/nowhere")
    found = look("slurm")

    assert (found.site, found.availability.here, found.queues) == ("slurm", False, None)
    assert "sinfo" in found.availability.why_not


def test_auto_without_a_batch_system_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """And it remembers who was asked."""
    monkeypatch.setenv("PATH", "/nowhere")
    found = look("auto")

    assert found.is_local and [name for name, _ in found.others][-1:] == ["slurm"]


def test_folders_are_the_usual_ones_once() -> None:
    """Home, and the variables that name an absolute path."""
    environ = {"SCRATCH": "/s/me", "WORK": "relative", "TMPDIR": "/tmp"}

    assert [name for name, _ in folders(place(), environ)] == ["home", "$SCRATCH", "$TMPDIR"]


def test_the_worst_finding_counts() -> None:
    """A failure before a warning, a warning before what is not known."""
    found = [Finding("x", state, "") for state in State]

    assert worst(found) is State.FAIL
    assert worst([each for each in found if each.state is not State.FAIL]) is State.WARN
    assert worst([]) is State.OK
