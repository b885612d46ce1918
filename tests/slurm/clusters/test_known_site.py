"""A machine with a profile is asked for jobs in its own terms, on the real Slurm."""

from __future__ import annotations

PROFILE = """\
id: funicular
name: The machine that tests use
country: EU
host: here
status: {state: in service}
scheduler: {name: slurm, select_by: [partition, qos]}
node_types:
  cpus: {arch: x86_64, cores: 8}
  gpus:
    {arch: x86_64, gpus: 4, gpu_request: '--gpus-per-node={n}', cpus_per_gpu: 2, memory_mode: follows cpus}
queues:
- {name: fast, partition: cpu, qos: high, nodes: cpus, max_walltime: '00:10:00'}
- {name: gpus, partition: gpu, qos: normal, nodes: gpus}
- {name: theirs, partition: cpu, qos: not-yours, nodes: cpus}
sources: [the configuration of this machine]
last_verified: 2026-11-25
"""
JOB = """
    import subprocess
    def job_is():
        job = session.view().blocks[-1].job
        shown = subprocess.run(["squeue", "-h", "-j", job, "-o", "%P %q %C %b"], stdout=subprocess.PIPE)
        return shown.stdout.decode().split()
    answer("ready")
"""


def test_a_wish_becomes_this_sites_job(alice, notebook):
    """Its QoS, its way to ask for GPUs and its cores for each; a QoS of others is not offered."""
    home = alice.write("config/funicular/sites/funicular.yaml", PROFILE).parents[2]
    book = notebook(env={"XDG_CONFIG_HOME": str(home)})
    book.cell(JOB)

    refused = book.cell("answer(session.scale(Wish(nodes=1, queue='theirs')))")
    fast = book.cell("""
        session.scale(Wish(nodes=1, cores=1, hours=0.05))
        session.wait_for_workers(1)
        answer(job_is())
    """)
    with_gpus = book.cell("""
        session.scale(Wish(gpus=2, hours=0.05))
        session.wait_for_workers(2)
        answer(job_is())
    """)

    assert "you can use: fast, debug, gpus" in refused["text"]
    assert fast[:3] == ["cpu", "high", "1"]
    assert with_gpus[:3] == ["gpu", "normal", "4"]
    assert "2" in with_gpus[3]
