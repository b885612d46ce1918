"""What is done before the fork, and what a worker does first after it."""

import json
import subprocess
import sys

AFTER_FORKS = """
import json, os, sys
import {module}
from funicular.clusters.worker import prepare, reseed
prepare()
before = set(sys.modules)

def child():
    reseed()
    loaded = sorted(set(sys.modules) - before)
    import random, numpy
    return [loaded, random.random(), numpy.random.random()]

for _ in range(2):
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, json.dumps(child()).encode())
        os._exit(0)
    os.wait()
    print(os.read(reading, 65536).decode())
"""


def run_forked(module):
    done = subprocess.run(
        [sys.executable, "-c", AFTER_FORKS.format(module=module)], capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_forks_have_streams_of_their_own_where_numpy_random_was_loaded():
    """Two workers of one node never give the same numbers."""
    first, second = run_forked("numpy.random")

    assert first[1:] != second[1:]
    assert first[2] != second[2]


def test_forks_have_streams_of_their_own_where_numpy_random_comes_later():
    """A worker does not load it just to seed it; loaded later, it seeds itself."""
    first, second = run_forked("numpy")

    assert first[0] == second[0] == []
    assert first[1] != second[1]
    assert first[2] != second[2]


def test_what_a_worker_reports_of_its_software_is_known_before_the_fork(monkeypatch):
    """Sixteen workers do not read packages' metadata and run uname sixteen times."""
    import platform

    import dask.config
    from distributed.versions import get_versions

    from funicular.clusters.worker import prepare

    with dask.config.set({"distributed.worker.http.routes": []}):  # as it was afterwards
        prepare()
    known = get_versions()

    def no_more(*args, **kwargs):
        raise AssertionError("asked again")

    monkeypatch.setattr(subprocess, "check_output", no_more)
    monkeypatch.setattr("distributed.versions.version", no_more)
    assert get_versions() == known
    assert platform.uname().processor == known["host"]["processor"]
