"""The public verbs, over a session that is told what to answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

import funicular
from funicular.messages import BlockView, ClusterView, Wish
from funicular.routing import reach
from funicular.routing.api import UnreadableWish
from funicular.routing.cards import Table, job_rows, sentences
from funicular.schedulers.base import JobId, JobState, JobStatus
from funicular.units import UnreadableAmount

VIEW = ClusterView(
    name="c",
    site="slurm",
    state="running",
    nodes=2,
    workers=8,
    cores=8,
    core_hours=0.5,
    blocks=(
        BlockView("b1", "17", "running", "", 2, ("n1", "n2"), 8, 60.0, 1800.0),
        BlockView("b2", "18", "pending", "other jobs are ahead (Priority)", 2),
    ),
    nodes_wished=4,
    cores_per_node=4,
    because=("queue cpu is the default",),
)


class Told:
    """Remembers the wish; answers with ``view``."""

    def __init__(self, view: ClusterView | None) -> None:
        self.seen: ClusterView | None = view
        self.wishes: list[Wish] = []
        self.stopped = False

    def view(self) -> ClusterView | None:
        return self.seen

    def scale(self, wish: Wish) -> ClusterView:
        self.wishes.append(wish)
        return VIEW

    def connected(self) -> None:
        return None

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """A session with the cluster above."""
    session = Told(VIEW)
    monkeypatch.setattr(reach, "session", lambda: session)
    return session


def test_scale_hands_over_the_wish_in_plain_units(told: Told) -> None:
    """Amounts arrive as numbers: memory in bytes, hours as a float."""
    funicular.scale(nodes=4, memory="16 GB", hours=1)

    assert told.wishes == [Wish(nodes=4, memory_bytes=16 * 10**9, hours=1.0)]


def test_scale_without_a_wish_only_shows(told: Told) -> None:
    """``scale()`` asks for nothing."""
    shown = repr(funicular.scale())

    assert told.wishes == []
    assert shown.startswith("Cluster c on slurm: 2 of 4 nodes, 8 workers, 8 cores.")


def test_card_says_what_it_has_costs_and_waits_for() -> None:
    """Headline, cost, each job with its reason, and why it was chosen so."""
    told = "\n".join(sentences(VIEW))

    assert "Used so far: 0.50 core-h; 4 nodes cost at most 16 core-h an hour." in told
    assert "Job 17 (2 nodes) runs on n1, n2 since 1 min, 30 min left." in told
    assert "Job 18 (2 nodes) waits in the queue since 0.0 s: other jobs are ahead (Priority)" in told
    assert "queue cpu is the default" in told


def test_a_budget_is_handed_over_in_its_own_unit(told: Told) -> None:
    """A number is core-hours; node- and GPU-hours stay what they are; what is no budget is refused."""
    funicular.scale(nodes=4, budget=10)
    funicular.scale(gpus=2, budget="4 gpu-h")

    assert told.wishes == [Wish(nodes=4, budget_core_hours=10.0), Wish(gpus=2, budget_gpu_hours=4.0)]
    with pytest.raises(UnreadableAmount, match="is not a budget"):
        funicular.scale(nodes=4, budget="plenty")


def test_card_says_what_is_left_of_the_budget() -> None:
    """The limit, and what is spent or promised; nothing about it where there is none."""
    told = "\n".join(sentences(replace(VIEW, budget="10 core-h", core_hours_committed=6.25)))

    assert "Budget: 10 core-h; 6.2 core-h are spent, or promised to jobs that live." in told
    assert "Budget" not in "\n".join(sentences(VIEW))


def test_all_that_is_wrong_is_said_at_once(told: Told) -> None:
    """Several unreadable amounts are one error that names each; nothing is asked."""
    with pytest.raises(UnreadableWish) as caught:
        funicular.scale(nodes=0, hours=-1, queue="")

    assert all(part in caught.value.why for part in ("nodes=0", "hours=-1", "queue=''"))
    with pytest.raises(UnreadableAmount):
        funicular.scale(memory="much")
    assert told.wishes == []


def test_no_cluster_is_a_sentence(told: Told) -> None:
    """Without a cluster ``cluster()`` says how one starts, and starts none."""
    told.seen = None

    assert "No cluster yet" in repr(funicular.cluster())
    assert "There was no cluster" in repr(funicular.stop())


def test_stop_ends_it(told: Told) -> None:
    """``stop()`` ends the cluster and says what was used."""
    assert repr(funicular.stop()) == "Cluster c is ending; it used 0.50 core-h."
    assert told.stopped


def test_html_is_escaped() -> None:
    """A job named like a tag stays text."""
    table = Table(("name",), (("<script>",),))

    assert "&lt;script&gt;" in table._repr_html_()
    assert "<script>" in repr(table)


def test_jobs_that_are_over_are_not_listed() -> None:
    """Slurm names them for minutes; a newcomer would take them for jobs that cost."""
    states = {"1": JobState.GONE, "2": JobState.PENDING, "3": JobState.RUNNING}
    jobs = [JobStatus(JobId(number), state) for number, state in states.items()]

    assert [row[0] for row in job_rows(jobs, {})] == ["3", "2"]
