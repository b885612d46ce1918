"""Where the controller runs: the administrators, the user, and the job that the notebook may be in decide."""

from __future__ import annotations

import pytest

from funicular.clusters.own_job import node_index, own_job
from funicular.clusters.placement import choose_placement, may_be_block
from funicular.schedulers.base import JobId
from funicular.schedulers.settings import UnreadableSetting
from funicular.sites.policy import Policy

FORBIDS = Policy(controller_placement="block", contact="hpc@example.org")


def test_without_a_word_it_runs_beside_the_notebook():
    """Nothing laid down, nothing asked for."""
    assert choose_placement(Policy(), None, {}).where == "notebook"


def test_where_servers_are_forbidden_it_runs_in_the_first_job():
    """The reason names the file and whom to ask; a user's setting does not change it."""
    for environ in ({}, {"FUNICULAR_PLACEMENT": "notebook"}):
        found = choose_placement(FORBIDS, None, environ)

        assert found.is_block
        assert "controller_placement in /etc/funicular/policy.yaml; ask hpc@example.org" in found.why


def test_a_notebook_in_a_job_has_it_beside():
    """The rule is about login nodes: the job that the notebook runs in is none."""
    found = choose_placement(FORBIDS, JobId("17"), {})

    assert found.where == "notebook"
    assert "job 17" in found.why


def test_a_user_may_ask_for_the_job():
    """Anywhere, from a job too."""
    assert choose_placement(Policy(), JobId("17"), {"FUNICULAR_PLACEMENT": "Block"}).is_block


def test_any_other_word_is_told():
    """With the two that there are."""
    with pytest.raises(UnreadableSetting, match="'login'") as caught:
        choose_placement(Policy(), None, {"FUNICULAR_PLACEMENT": "login"})

    assert "notebook" in caught.value.next_step
    assert "block" in caught.value.next_step


def test_a_shell_of_salloc_on_a_login_node_is_no_job():
    """It has the job's number; only the job's nodes have a node's name as well."""
    assert own_job("slurm", {"SLURM_JOB_ID": "5"}) is None
    assert own_job("slurm", {"SLURM_JOB_ID": "5", "SLURMD_NODENAME": "n1"}) == "5"
    assert own_job("local", {"SLURM_JOB_ID": "5", "SLURMD_NODENAME": "n1"}) is None
    assert own_job("local", {"FUNICULAR_JOB": "3", "FUNICULAR_NODE_NAME": "here"}) == "3"


def test_the_node_of_the_job_is_told_by_either_scheduler():
    """From 0; one node where nothing is said."""
    assert [node_index(e) for e in ({}, {"SLURM_NODEID": "2"}, {"FUNICULAR_NODE_INDEX": "1"})] == [0, 2, 1]


def test_a_known_site_that_forbids_servers_is_heard_where_nobody_else_speaks():
    """Its profile's word; the administrators' and the user's own go before it."""
    forbids = "login nodes of X forbid servers"

    def chosen(policy=None, job=None, **environ):
        return choose_placement(policy or Policy(), job, environ, site_forbids=forbids)

    assert chosen().is_block
    assert chosen().why == forbids
    assert not chosen(job=JobId("17")).is_block
    assert not chosen(Policy(controller_placement="notebook")).is_block
    assert not chosen(FUNICULAR_PLACEMENT="notebook").is_block


def test_nobody_is_asked_where_nothing_could_move_the_controller():
    """No setting, no rule, no site that might forbid servers: it starts here at once."""
    assert not may_be_block(Policy(), {}, may_forbid=False)
    assert may_be_block(Policy(), {}, may_forbid=True)
    assert may_be_block(Policy(controller_placement="block"), {}, may_forbid=False)
    assert may_be_block(Policy(), {"FUNICULAR_PLACEMENT": "notebook"}, may_forbid=False)
