"""What is left on the account that pays stands beside a wish, soon after it, on the real Slurm."""

from __future__ import annotations

import pytest

from tests.slurm import daemons


@pytest.fixture
def limited(alice, slurm_site, as_root):
    """The account may use a hundred core-hours in all, and what was known of it before is forgotten."""
    change = ["sacctmgr", "-i", "modify", "account", "physics", "set"]
    alice.run(["sh", "-c", "rm -f ~/.local/state/funicular/allowances.json"], check=True)
    slurm_site.slurm(*change, "GrpTRESMins=cpu=6000")
    yield
    assert daemons.until(lambda: not alice.jobs(), 20, step_s=0.2)
    slurm_site.slurm(*change, "GrpTRESMins=cpu=-1")
    alice.run(["sh", "-c", "rm -f ~/.local/state/funicular/allowances.json"], check=True)


def test_a_wish_is_told_what_is_left(alice, limited, notebook):
    """Nothing waits for it: the wish is answered at once, and the sentence comes to it."""
    told = notebook().cell("""
        import time
        first = session.scale(Wish(nodes=1, cores=1, hours=0.05)).because
        end = time.monotonic() + 60
        while time.monotonic() < end:
            said = [each for each in session.view().because if "left on account" in each]
            if said:
                break
            time.sleep(0.5)
        answer([list(first), said])
    """)
    first, said = told

    assert not any("left on account" in each for each in first)
    assert said[0].startswith("of 100 core-hours ")
    assert said[0].endswith(" are left on account physics (sshare)")
