"""dask-jobqueue, TLS on: from scale() to all workers ready; cluster object and client are there.

HEAD JOBS PROCESSES ALONE: the address of this host, jobs, workers in each; 1 = a node for each job.
"""

import json
import os
import sys
import time
from pathlib import Path

from dask_jobqueue import SLURMCluster
from distributed import Client
from distributed.security import Security

head = sys.argv[1]
jobs, processes, alone = map(int, sys.argv[2:])
certificates = Path.cwd() / "jobqueue-tls"
certificates.mkdir(mode=0o700, exist_ok=True)
cluster = SLURMCluster(
    cores=processes,
    processes=processes,
    memory=f"{processes} GB",
    walltime="00:10:00",
    security=Security.temporary(),
    shared_temp_directory=str(certificates),
    protocol="tls://",
    scheduler_options={"host": head, "dashboard_address": None},
    worker_extra_args=["--no-dashboard"],
    job_extra_directives=["--exclusive"] if alone else [],
)
try:
    with Client(cluster) as client:
        client.nthreads()
        workers = jobs * processes
        began = time.perf_counter()
        cluster.scale(jobs=jobs)
        while len(client.nthreads()) < workers and time.perf_counter() - began < 100:
            time.sleep(0.05)
        ready_s = time.perf_counter() - began
        seen = client.run(lambda: (os.uname().nodename, os.getpid()))
        answer = {
            "ready_s": ready_s,
            "workers": len(set(seen.values())),
            "hosts": len({host for host, _ in seen.values()}),
            "is_encrypted": all(address.startswith("tls://") for address in seen),
        }
finally:
    cluster.close()
print(json.dumps(answer))
