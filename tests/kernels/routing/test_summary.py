"""The line after a cell that used the cluster."""

from __future__ import annotations

from funicular.messages import ClusterView
from funicular.routing.summary import Tally, _line, counted
from funicular.units import format_count

VIEW = ClusterView(
    name="c", site="slurm", state="running", nodes=4, workers=16, cores=16, core_hours=1.05, blocks=()
)


def test_line_says_what_ran_where_and_what_it_cost() -> None:
    """Counts, nodes, cores, seconds and core-hours since the cell began."""
    tally = Tally(there={"fits": 1800}, begun_s=100.0, core_hours=1.0)

    fits = format_count(1800)
    assert _line(tally, VIEW, 112.0) == f"{fits} fits on 4 nodes (16 cores) in 12 s, 0.050 core-h"


def test_what_ran_here_is_said_too() -> None:
    """The first calls, which ran in the kernel, are told apart."""
    tally = Tally(there={"calls of `f`": 1}, here={"calls of `f`": 3}, begun_s=0.0, core_hours=1.05)

    assert _line(tally, None, 5.0) == "1 call of `f` on the cluster in 5.0 s; the first 3 ran here"


def test_nothing_sent_says_nothing() -> None:
    """A cell that stayed in the kernel prints nothing."""
    assert _line(Tally(here={"fits": 3}), VIEW, 1.0) == ""


def test_one_is_singular() -> None:
    """Whatever was counted reads as English."""
    assert [counted(name, 1) for name in ("fits", "Dask tasks", "calls of `sums`")] == [
        "1 fit",
        "1 Dask task",
        "1 call of `sums`",
    ]
