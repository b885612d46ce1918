"""A node's power is cut, or its clock is wrong."""

import subprocess

import pytest

LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


@pytest.mark.alone
def test_power_cut(play):
    """Told within ten seconds, its tasks run again, another node takes its place."""
    view = play.start("nodes=3, cores=6", workers=6)
    play.work(64)
    victim = view["blocks"][0]["hosts"][-1]

    play.strike(lambda: cut_power(play, victim))

    try:
        play.death("node", victim, "no sign of life", within_s=12)
        play.right()
        play.whole_again(6, within_s=25)  # another node: Slurm itself notices after some 30 s
    finally:
        give_power(play, victim)
    play.end()
    assert play.site.wait_for_nodes()


def cut_power(play, node):
    """Nothing comes from the node any more, not even the end of its connections."""
    subprocess.run(["ip", "link", "set", f"funi-{node}", "down"], check=True)
    play.site.crash_node(node)


def give_power(play, node):
    subprocess.run(["ip", "link", "set", f"funi-{node}", "up"], check=True)
    play.site.start_node(node)


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
