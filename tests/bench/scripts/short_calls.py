"""Many short calls on one cluster of ours, in turn. CALLS NODES WORKERS REPEAT EACH

map: funicular.map.   chunked: futures of hand-made chunks, four a worker, whose results are bytes.
packed: the same, the arguments as bytes too: Dask walks through lists, element by element.
coarse: as packed, one chunk a worker: right only when all calls take the same time.
each: client.map, a task a call, so often; it takes minutes.
"""

import json
import os
import pickle
import sys
import time

import funicular
from funicular.clusters.session import current
from funicular.messages import Wish

calls, nodes, workers, repeat, repeat_each = map(int, sys.argv[1:])
items = list(range(calls))
expected = [i * i for i in items]


def square(i):
    return i * i


def process_of(i):
    return os.getpid()


def whole_chunk(chunk):
    return pickle.dumps([square(i) for i in chunk], protocol=5)


def by_map(client):
    return funicular.map(square, items)


def packed_chunk(chunk):
    return whole_chunk(pickle.loads(chunk))


def chunks(per_worker):
    size = -(-calls // (per_worker * workers))
    return [items[first : first + size] for first in range(0, calls, size)]


def unpacked(blobs):
    return [result for blob in blobs for result in pickle.loads(blob)]


def by_chunks(client):
    return unpacked(client.gather(client.map(whole_chunk, chunks(4), pure=False)))


def by_packed(client, per_worker=4):
    parcels = [pickle.dumps(chunk, protocol=5) for chunk in chunks(per_worker)]
    return unpacked(client.gather(client.map(packed_chunk, parcels, pure=False)))


def by_coarse(client):
    return by_packed(client, per_worker=1)


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
    ways = [("map", by_map), ("chunked", by_chunks), ("packed", by_packed), ("coarse", by_coarse)]
    found = {name: [] for name, _ in ways}
    for turn in range(repeat):
        for name, way in ways if turn % 2 else reversed(ways):
            time.sleep(0.3)
            found[name].append(timed(way, client))
    found["each"] = [timed(by_each, client) for _ in range(repeat_each)]
    used = set(funicular.map(process_of, items))
    assert os.getpid() not in used, "some calls of funicular.map stayed here"
    hosts = len(set(client.run(lambda: os.uname().nodename).values()))
finally:
    session.stop()
print(json.dumps({"first": first, "hosts": hosts, "workers": workers, "used": len(used), **found}))
