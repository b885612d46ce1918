"""A node's power is cut, or its clock is wrong."""

import pytest

LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


@pytest.mark.alone
def test_power_cut(play):
    """Told within ten seconds, its tasks run again, another node takes its place."""
    view = play.start("nodes=3, cores=6", workers=6)
    play.work(64)
    victim = view["blocks"][0]["hosts"][-1]

    play.strike(lambda: play.site.crash_node(victim))

    try:
        play.death("node", victim, "no sign of life", within_s=12)
        play.right()
        play.whole_again(6)
        play.site.start_node(victim)
        play.end()
    finally:
        if victim_is_down(play, victim):
            play.site.start_node(victim)
        assert play.site.wait_for_nodes()


def victim_is_down(play, name):
    from tests.slurm import bringup, daemons

    return not daemons.is_alive(bringup.read_state(play.site.layout)[name])


@pytest.mark.parametrize("off", ["-10m", "+10m"])
def test_clock(play, off):
    """Certificates and leases hold on a node whose clock is ten minutes off."""
    folder = play.person.write(
        f"{play.cluster}/bin/srun",
        f'#!/bin/bash\nexec /usr/bin/srun --export=ALL,LD_PRELOAD={LIBRARY},FAKETIME={off} "$@"\n',
        mode=0o755,
    ).parent
    play.person.write(
        f"{play.cluster}/dask/jobqueue.yaml",
        f"jobqueue:\n  slurm:\n    job-script-prologue: ['export PATH={folder}:$PATH']\n",
    )
    play.start(env={"DASK_CONFIG": str(folder.parent / "dask")})

    clock = play.cell("""
        clocks = session.client().run(time.time)
        answer(sorted(each - time.time() for each in clocks.values()))
    """)
    assert all(590 < abs(each) < 610 for each in clock), clock

    play.work(16)
    play.kill("worker")
    play.death("worker", "SIGKILL")
    play.whole_again()
    play.right()
    play.end()
