"""The jobs that commands send by themselves."""

from __future__ import annotations

from pathlib import Path

from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.jobs import planned_job
from funicular.sites.request import Plan

PLAN = Plan(1, 1, 10**9, 0, 300, "cpu", "physics", 1, 1, (), 0.1)


def test_a_job_that_a_command_sends_has_what_the_users_files_say() -> None:
    """An administrator's lines, then the user's; options that the user wants left out are."""
    defaults = SiteDefaults(setup=("mine",), directives=("--reservation=x",), skip=("--mem",))
    spec = planned_job(
        PLAN, name="n", command=("true",), folder=Path("/f"), defaults=defaults.after(("theirs",))
    )

    assert spec.setup == ("theirs", "mine")
    assert (spec.directives, spec.skip, spec.log) == (("--reservation=x",), ("--mem",), Path("/f/log"))
