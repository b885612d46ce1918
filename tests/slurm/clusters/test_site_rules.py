"""A site's policy and the question of the account, on the real Slurm."""

from __future__ import annotations

import pytest

from tests.slurm import daemons

POLICY = """\
maximum_nodes: 2
default_queue: debug
prologue:
  - export FROM_THE_POLICY=yes
contact: hpc@example.org
"""


def test_a_policy_limits_guides_and_prepares(alice, notebook):
    """The maximum refuses with who set it; the default queue and the prologue reach the job."""
    path = alice.write("policy.yaml", POLICY)
    book = notebook(env={"FUNICULAR_POLICY": str(path)})

    refused = book.cell("answer(session.scale(Wish(nodes=3)))")
    seen = book.cell("""
        session.scale(Wish(nodes=1, cores=1, hours=0.05))
        session.wait_for_workers(1)
        import subprocess
        job = session.view().blocks[0].job
        queue = subprocess.run(["squeue", "-h", "-j", job, "-o", "%P"], capture_output=True, text=True).stdout
        has = session.client().submit(os.getenv, "FROM_THE_POLICY").result(timeout=30)
        answer([queue.strip(), has])
    """)

    assert refused["error"] == "request-refused"
    assert f"maximum_nodes in {path}; ask hpc@example.org" in refused["text"]
    assert seen == ["debug", "yes"]


def test_a_broken_policy_starts_nothing(alice, notebook):
    """The line and the field reach the user, and no controller is started."""
    path = alice.write("broken.yaml", "maximum_nodes: many\n")
    book = notebook(env={"FUNICULAR_POLICY": str(path)})

    told = book.cell("answer(session.scale(Wish(nodes=1)))")

    assert told["error"] == "policy-broken"
    assert "line 1, maximum_nodes: 'many' must be a whole number" in told["text"]
    assert book.cell("answer(session.view())") is None


@pytest.fixture
def second_account(alice, slurm_site, as_root):
    """Alice may charge bio too, and has chosen nothing; afterwards she may not."""
    alice.run(["funicular", "clusters", "account", "--forget"], check=True)
    slurm_site.slurm("sacctmgr", "-i", "add", "user", alice.name, "account=bio")
    yield
    assert daemons.until(lambda: not alice.jobs(), 20, step_s=0.2)
    slurm_site.slurm("sacctmgr", "-i", "remove", "user", alice.name, "account=bio")
    alice.run(["funicular", "clusters", "account", "--forget"], check=True)


def test_the_account_is_asked_once(alice, second_account, notebook):
    """Two accounts and none named: asked, with the line to paste; the answer holds for the next notebook."""
    book = notebook()
    asked = book.cell("answer(session.scale(Wish(nodes=1, cores=1)))")
    book.cell("answer(session.scale(Wish(nodes=1, cores=1, account='bio')))")
    other = notebook()
    view = other.cell("answer(session.scale(Wish(nodes=1, cores=1, hours=0.05)))")

    assert "because" in view, view
    assert asked["error"] == "account-needed"
    assert 'account="physics"' in asked["next"]
    assert any(why.startswith("account bio: you chose it before") for why in view["because"])
    assert daemons.until(lambda: len(charged(alice)) == 2, 20, step_s=0.2)
    assert set(charged(alice)) == {"bio"}


def charged(person):
    """The accounts of this user's jobs."""
    return person.run(["squeue", "-h", "-u", person.name, "-o", "%a"], check=True).stdout.split()
