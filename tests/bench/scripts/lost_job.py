"""A job is ended from outside under running work: when is it known, replaced, and the result there?

KIND HEAD BOUND_S: ours or jobqueue; this host's address; seconds after which nothing is waited for any more.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

kind, head, bound_s = sys.argv[1], sys.argv[2], float(sys.argv[3])
WORKERS, TASKS, SECONDS = 2, 6, 2


def ours():
    from funicular.clusters import graveyard
    from funicular.clusters.session import current
    from funicular.messages import Wish

    session = current()
    client = session.client()
    session.scale(Wish(nodes=1, cores=WORKERS))

    def job():
        return session.view().blocks[0].job

    def knows():
        return bool(graveyard.read(session.name))

    return client, job, knows, session.stop


def jobqueue():
    from dask_jobqueue import SLURMCluster
    from distributed import Client
    from distributed.security import Security

    certificates = Path.cwd() / "jobqueue-tls"
    certificates.mkdir(mode=0o700, exist_ok=True)
    cluster = SLURMCluster(
        cores=WORKERS,
        processes=WORKERS,
        memory="2 GB",
        walltime="00:10:00",
        security=Security.temporary(),
        shared_temp_directory=str(certificates),
        protocol="tls://",
        scheduler_options={"host": head, "dashboard_address": None},
        worker_extra_args=["--no-dashboard"],
    )
    cluster.scale(jobs=1)
    started = cluster.workers

    def job():
        return next(iter(started.values())).job_id

    def knows():  # the object that stands for the job is taken out, or says that it is over
        return not cluster.workers or all(each.status.name != "running" for each in cluster.workers.values())

    return Client(cluster), job, knows, cluster.close


client, job, knows, stop = {"ours": ours, "jobqueue": jobqueue}[kind]()
answer = {"known_s": None, "replaced_s": None, "result_s": None}
try:
    client.wait_for_workers(WORKERS, timeout=100)
    futures = client.map(lambda x: (time.sleep(SECONDS), x * x)[1], range(TASKS), pure=False)
    time.sleep(1)
    old = set(client.nthreads())
    began = time.perf_counter()
    subprocess.run(["scancel", str(job())], check=True)
    while time.perf_counter() - began < bound_s and None in answer.values():
        now = time.perf_counter() - began
        if answer["known_s"] is None and knows():
            answer["known_s"] = now
        if answer["replaced_s"] is None and len(set(client.nthreads()) - old) >= WORKERS:
            answer["replaced_s"] = now
        if answer["result_s"] is None and all(each.status == "finished" for each in futures):
            assert client.gather(futures) == [x * x for x in range(TASKS)]
            answer["result_s"] = now
        time.sleep(0.05)
    answer["workers_left"] = len(client.nthreads())
finally:
    stop()
print(json.dumps(answer))
