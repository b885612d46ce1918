"""What a profile says of job scripts stands in the scripts, on every machine in service; doubt stays out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from funicular.clusters.fleet import Block
from funicular.clusters.jobqueue import SiteDefaults
from funicular.clusters.jobs import job_of
from funicular.clusters.planning import shape_of
from funicular.messages import Wish
from funicular.schedulers.preamble import quoted
from funicular.schedulers.slurm_text import script, submit_command
from funicular.sites.job_lines import preamble
from funicular.sites.own_terms import in_own_terms
from funicular.sites.request import plan
from tests.kernels.sites.test_own_terms import IN_SERVICE, KNOWN, live


def scripts(site: str) -> dict[str, tuple[str, list[str]]]:
    """The script and the command for one node of every queue, by the queue's name."""
    found = {}
    for queue in in_own_terms(live(KNOWN[site]), KNOWN[site]):
        wish = Wish(nodes=queue.min_nodes, hours=0.1, queue=queue.name)
        alone = replace(queue, accounts=queue.accounts[:1], nodes=max(queue.nodes, queue.min_nodes))
        shape = shape_of(plan(wish, (alone,), site=site))
        spec = job_of(Block("b1", 1, shape), name="x", python="p", folder=Path("/x"), defaults=SiteDefaults())
        found[queue.name] = (script(spec), submit_command(spec))
    return found


@pytest.mark.parametrize("site", IN_SERVICE)
def test_every_fact_reaches_every_script(site: str) -> None:
    """The first line, variables set and gone, modules of the queue's kind of nodes, options left out."""
    profile = KNOWN[site]
    facts, doubt = profile.job_script, profile.unverified
    queues = {each.name: each for each in profile.queues}
    for name, (text, command) in scripts(site).items():
        lines = text.splitlines()
        is_login = facts.login_shell or facts.shebang.endswith(" -l")
        assert lines[0] == ("#!/bin/bash -l" if is_login else facts.shebang), name
        wanted = [f"unset {each}" for each in facts.unset]
        wanted += [f"export {key}={quoted(value)}" for key, value in facts.environment.items()]
        for key, value in profile.interconnect.environment.items():
            if f"interconnect.environment.{key}" not in doubt:
                wanted.append(f"export {key}={quoted(value)}")
        assert set(wanted) <= set(lines), name
        kind = queues[name].nodes if name in queues else None
        modules = (*profile.software.pre_modules, *(profile.node_types[kind].pre_modules if kind else ()))
        loaded = [line.partition("module load ")[2].split()[0] for line in lines if "module load" in line]
        assert loaded == list(dict.fromkeys(modules)), name
        assert not [each for each in command if each.partition("=")[0] in facts.skip], name
        if wanted or modules:
            assert f"(funicular sites show {site})" in text, name


def test_some_machines_need_something() -> None:
    """Else the test above would say nothing."""
    assert {site for site in IN_SERVICE if "From the profile" in next(iter(scripts(site).values()))[0]} >= {
        "jean-zay", "karolina", "leonardo", "lumi", "marenostrum5", "vega",
    }  # fmt: skip
    assert scripts("helios")["plgrid-gpu-gh200"][0].startswith("#!/bin/bash -l\n")
    assert "module load arch/h100" in scripts("jean-zay")["gpu_p6"][0]
    assert "module load" not in scripts("jean-zay")["cpu_p1"][0]


@pytest.mark.parametrize(
    "path",
    ["job_script.environment.SRUN_CPUS_PER_TASK", "job_script.environment", "job_script"],
)
def test_what_is_not_sure_stays_out(path: str) -> None:
    """A guess in a profile is for reading."""
    doubted = KNOWN["leonardo"].model_copy(update={"unverified": {path: "a guess"}})

    assert preamble(KNOWN["leonardo"]).environment
    assert not preamble(doubted).environment


def test_a_login_shell_that_is_a_guess_is_none() -> None:
    """Nor is a first line."""
    for site in ("jean-zay", "helios"):
        doubted = KNOWN[site].model_copy(update={"unverified": {"job_script": "a guess"}})
        assert preamble(KNOWN[site]).shebang == "#!/bin/bash -l"
        assert preamble(doubted).shebang == "#!/bin/bash"
