"""Ours: from scale() to all workers ready; the controller is there and connected. NODES WORKERS"""

import json
import os
import sys
import time

from funicular.clusters.session import current
from funicular.messages import Wish

nodes, workers = map(int, sys.argv[1:])
session = current()
client = session.client()
try:
    client.nthreads()  # the connection is warm on both sides
    began = time.perf_counter()
    session.scale(Wish(nodes=nodes, cores=workers))
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
    session.stop()
print(json.dumps(answer))
