"""From nothing imported to a connected client. KIND HEAD: ours, jobqueue or local; this host's address."""

import json
import sys
import time
from pathlib import Path

began = time.perf_counter()
kind, head = sys.argv[1:]


def ours():
    from funicular.clusters.session import current

    session = current()
    return session.client(), session.stop


def jobqueue():
    from dask_jobqueue import SLURMCluster
    from distributed import Client
    from distributed.security import Security

    certificates = Path.cwd() / "jobqueue-tls"
    certificates.mkdir(mode=0o700, exist_ok=True)
    cluster = SLURMCluster(
        cores=4,
        processes=4,
        memory="4 GB",
        security=Security.temporary(),
        shared_temp_directory=str(certificates),
        protocol="tls://",
        scheduler_options={"host": head, "dashboard_address": None},
    )
    return Client(cluster), cluster.close


def local():
    from distributed import Client, LocalCluster

    cluster = LocalCluster(n_workers=0, dashboard_address=None)
    return Client(cluster), cluster.close


client, stop = {"ours": ours, "jobqueue": jobqueue, "local": local}[kind]()
client.nthreads()
connected_s = time.perf_counter() - began
stop()
print(json.dumps({"connected_s": connected_s}))
