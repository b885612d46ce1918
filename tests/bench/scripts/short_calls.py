"""Many short calls on one cluster of ours, three ways in turn. CALLS NODES WORKERS REPEAT

map: funicular.map.   chunked: futures of hand-made chunks whose results are bytes, the best by hand.
each: client.map, a task a call, once.
"""

import json
import os
import pickle
import sys
import time

import funicular
from funicular.clusters.session import current
from funicular.messages import Wish

calls, nodes, workers, repeat = map(int, sys.argv[1:])
items = list(range(calls))
expected = [i * i for i in items]


def square(i):
    return i * i


def whole_chunk(chunk):
    return pickle.dumps([square(i) for i in chunk], protocol=5)


def by_map(client):
    return funicular.map(square, items)


def by_chunks(client):
    size = -(-calls // (4 * workers))
    chunks = [items[first : first + size] for first in range(0, calls, size)]
    blobs = client.gather(client.map(whole_chunk, chunks, pure=False))
    return [result for blob in blobs for result in pickle.loads(blob)]


def by_each(client):
    return client.gather(client.map(square, items, pure=False, batch_size=10_000))


def timed(way, client):
    began = time.perf_counter()
    results = way(client)
    spent = time.perf_counter() - began
    assert results == expected
    return spent


session = current()
client = session.client()
try:
    session.scale(Wish(nodes=nodes, cores=workers))
    session.wait_for_workers(workers)
    while len(client.nthreads()) < workers:
        time.sleep(0.05)
    # code and modules travel once
    first = {
        "map": timed(by_map, client),
        "chunked": timed(by_chunks, client),
    }
    found = {"map": [], "chunked": []}
    for turn in range(repeat):
        ways = [("map", by_map), ("chunked", by_chunks)]
        for name, way in ways if turn % 2 else reversed(ways):
            time.sleep(0.3)
            found[name].append(timed(way, client))
    found["each"] = [timed(by_each, client)]
    hosts = len(set(client.run(lambda: os.uname().nodename).values()))
finally:
    session.stop()
print(json.dumps({"first": first, "hosts": hosts, "workers": workers, **found}))
