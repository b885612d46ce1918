"""What a controller costs: idle, with many idle workers, and with many calls through ``funicular.map``.

WORKERS PROCESSES CALLS SECONDS: simulated workers, processes they share, calls, how long to watch idleness.
The workers are distributed's own, but live in few processes and have no thread of their own for memory.
"""

import asyncio
import json
import multiprocessing
import os
import sys
import time

import psutil

workers, processes, calls = map(int, sys.argv[1:4])
seconds = float(sys.argv[4])


def host_workers(path, start, count, ready, stop):
    """In a process: so many workers of this cluster, with the certificate of its nodes."""
    from funicular.clusters.agent_file import read_agent_file
    from funicular.clusters.security import dask_security
    from funicular.clusters.unix_http import QuietWorker

    file = read_agent_file(path)

    async def serve():
        made = [
            QuietWorker(
                f"tls://{file.links[0]}:{file.scheduler_port}",
                name=f"simulated-{number}",
                nthreads=1,
                memory_limit=0,
                host="127.0.0.1",
                protocol="tls://",
                security=dask_security(file.credentials),
                dashboard=False,
            )
            for number in range(start, start + count)
        ]
        for each in made:
            await each
        ready.release()
        await asyncio.to_thread(stop.wait)
        await asyncio.gather(*(each.close() for each in made), return_exceptions=True)

    asyncio.run(serve())


def spent(process):
    times = process.cpu_times()
    return times.user + times.system


def watch(process):
    """Share of a core and resident bytes, over ``seconds`` without work."""
    before, began = spent(process), time.perf_counter()
    time.sleep(seconds)
    return (spent(process) - before) / (time.perf_counter() - began), process.memory_info().rss


def main():
    import funicular
    from funicular.clusters.registry import cluster_folder
    from funicular.clusters.session import current
    from funicular.messages import Wish

    session = current()
    client = session.client()
    session.scale(Wish(nodes=1))
    session.wait_for_workers(2)
    controller = psutil.Process(session.entry().process.pid)
    answer = {"workers": workers, "calls": calls, "real_workers": len(client.nthreads())}

    work = lambda x: sum(range(x % 2, 5000))  # noqa: E731  # 0.1 ms
    right = [work(x) for x in range(2)]
    funicular.map(work, range(1000))
    before, began = spent(controller), time.perf_counter()
    assert funicular.map(work, range(calls)) == right * (calls // 2)
    answer["map_s"] = time.perf_counter() - began
    answer["map_cpu_s"] = spent(controller) - before
    answer["map_rss"] = controller.memory_info().rss

    few = calls // 10
    before, began = spent(controller), time.perf_counter()
    assert client.gather(client.map(work, range(few), pure=False)) == right * (few // 2)
    answer["each"], answer["each_cpu_s"] = few, spent(controller) - before
    answer["each_s"] = time.perf_counter() - began

    time.sleep(2)
    answer["idle_share"], answer["idle_rss"] = watch(controller)
    make = multiprocessing.get_context("spawn")
    ready, stop = make.Semaphore(0), make.Event()
    path = cluster_folder(session.name) / "agent.json"
    each = workers // processes
    hosts = [
        make.Process(target=host_workers, args=(path, n * each, each, ready, stop)) for n in range(processes)
    ]
    began = time.perf_counter()
    for host in hosts:
        host.start()
    for _ in hosts:
        assert ready.acquire(timeout=200)
    while len(client.nthreads()) < workers:
        time.sleep(0.1)
    answer["joined_s"] = time.perf_counter() - began
    time.sleep(3)
    answer["many_share"], answer["many_rss"] = watch(controller)
    stop.set()
    for host in hosts:
        host.join(30)
    session.stop()
    print(json.dumps(answer))


if __name__ == "__main__":
    os.environ.setdefault("FUNICULAR_SITE", "local")
    main()
