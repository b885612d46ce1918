"""An administrator's policy file: what it may say, how mistakes are told, and what it changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from funicular.messages import Wish
from funicular.schedulers.base import Queue
from funicular.sites.policy import Policy, PolicyBroken, policy_for, read_policy
from funicular.sites.policy_file import parse_policy
from funicular.sites.request import RequestRefused, plan

GB = 10**9
CPU = Queue("cpu", True, 30, 8, 16 * GB, max_walltime_s=24 * 3600, accounts=("physics", "bio"))
LONG = Queue("long", False, 30, 8, 16 * GB, max_walltime_s=240 * 3600, accounts=("physics",))
FULL = """\
# for all users
maximum_nodes: 16
default_account: physics
default_queue: long
controller_placement: block
prologue:
  - module purge
  - module load python
contact: hpc@example.org
"""


def problems(text: str) -> list[str]:
    """What is wrong with this file."""
    with pytest.raises(PolicyBroken) as told:
        parse_policy(text, Path("/etc/funicular/policy.yaml"))

    assert "/etc/funicular/policy.yaml" in told.value.what
    return told.value.why.splitlines()


def test_every_field_is_read():
    """What stands in the file is in force."""
    policy = parse_policy(FULL, Path("p.yaml"))

    assert (policy.maximum_nodes, policy.default_account, policy.default_queue) == (16, "physics", "long")
    assert policy.controller_placement == "block"
    assert policy.prologue == ("module purge", "module load python")
    assert parse_policy("# nothing yet\n", Path("p.yaml")) == Policy(source="p.yaml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("maximum_nodes: 16\nmax_nodes: 4\n", "line 2, max_nodes: there is no such field; known are maximum"),
        ("# head\n\nmaximum_nodes: 0\n", "line 3, maximum_nodes: 0 must be at least 1"),
        ("maximum_nodes: many\n", "line 1, maximum_nodes: 'many' must be a whole number"),
        ("maximum_nodes: true\n", "line 1, maximum_nodes: True must be a whole number"),
        (
            "controller_placement: login\n",
            "line 1, controller_placement: 'login' must be 'notebook' or 'block'",
        ),
        ("default_account: 12\n", "line 1, default_account: 12 must be text"),
        ("prologue:\n  - module purge\n  - 7\n", "line 3, prologue: 7 must be text"),
        ("prologue: module purge\n", "line 1, prologue: 'module purge' must be a list"),
        ("prologue:\n  - |\n    a\n    b\n", "line 2, prologue: each must be one line"),
        ("maximum_nodes: 4\nmaximum_nodes: 9\n", "line 2, maximum_nodes: said before"),
        ("maximum_nodes: [4\n", "line 2: "),
        ("- maximum_nodes\n", "line 1: it must be fields with values"),
    ],
)
def test_a_mistake_is_told_with_line_and_field(text, told):
    """Nothing is guessed or left out quietly."""
    assert [line for line in problems(text) if line.startswith(told)] != []


def test_all_mistakes_are_told_at_once():
    """Whoever mends it need not try three times."""
    assert len(problems("maximum_nodes: 0\ncolour: red\nprologue: [1, 2]\n")) == 4


def test_no_file_is_no_policy(tmp_path):
    """Most machines have none."""
    assert read_policy({"FUNICULAR_POLICY": str(tmp_path / "none.yaml")}) == Policy()


def test_a_file_that_anybody_may_write_is_not_trusted(tmp_path):
    """Its prologue runs in every user's jobs."""
    path = tmp_path / "policy.yaml"
    path.write_text(FULL)
    environ = {"FUNICULAR_POLICY": str(path)}

    assert read_policy(environ).maximum_nodes == 16
    assert policy_for("local", environ) == Policy()
    os.chmod(path, 0o666)
    with pytest.raises(PolicyBroken, match="cannot be used") as told:
        read_policy(environ)
    assert "somebody else may write" in told.value.why


def test_a_wish_beyond_the_maximum_is_refused_with_who_set_it():
    """The limit, the file, whom to ask, and what would be accepted."""
    policy = parse_policy(FULL, Path("/etc/funicular/policy.yaml"))
    for wish in (Wish(nodes=17, account="physics"), Wish(cores=136, account="physics")):
        with pytest.raises(RequestRefused) as told:
            plan(wish, (CPU,), site="slurm", policy=policy)

        assert "17 nodes would be needed; at most 16" in told.value.why
        assert "maximum_nodes in /etc/funicular/policy.yaml; ask hpc@example.org" in told.value.why
        assert "funicular.scale(nodes=16" in told.value.next_step
    assert plan(Wish(nodes=16, account="physics"), (CPU,), site="slurm", policy=policy).nodes == 16


def test_the_default_queue_is_used_where_it_fits():
    """The administrators' default goes before the scheduler's own; one that the user lacks does not."""
    policy = Policy(default_queue="long")

    assert plan(Wish(nodes=2, account="physics"), policy.order((CPU, LONG)), site="slurm").queue == "long"
    assert policy.order((CPU,)) == (CPU,)
