"""A controller on another host is watched by the same lines, over TLS."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tornado.web import Application

from funicular.clusters import api_line, registry
from funicular.clusters.obituary import Obituary
from funicular.clusters.security import make_credentials
from funicular.clusters.stream import Stream
from funicular.clusters.watching import Watched, WatchHandler
from funicular.messages import ClusterView
from funicular.processes import ProcessId
from tests.kernels.clusters.conftest import wait_until

VIEW = ClusterView("far", "slurm", "running", 1, 2, 2, 0.0, ())
DEATH = Obituary("worker", "w", "why", 1.0)


@contextlib.contextmanager
def listening(name: str, watched: Watched) -> Iterator[registry.Entry]:
    """A controller's line on "another host", and the entry that leads to it."""
    roles = make_credentials(name, ("scheduler", "client"))
    application = Application([(r"/api/v1/watch", WatchHandler, {"watched": watched})])
    server, port = api_line.listen(application, "127.0.0.1", roles["scheduler"])
    coming = registry.coming(name, site="slurm", job="1", home="b1", python="python", version="0")
    yield replace(
        coming,
        host=f"host-of-{name}",
        process=ProcessId(1),
        scheduler="tls://127.0.0.1:1",
        addresses=("127.0.0.1",),
        api_port=port,
        credentials=roles["client"],
    )
    server.stop()


async def test_the_lines_come_over_tls_with_certificates_alone() -> None:
    """Who has the cluster's own certificate hears views and deaths; who has another one hears nothing."""
    watched = Watched(lambda: VIEW)

    def first_two(stream: Stream) -> list[dict[str, Any]]:
        found = []
        for line in stream.lines():
            found.append(line)
            watched.died(DEATH)
            if len(found) == 2:
                break
        return found

    with listening("far", watched) as entry:
        stranger = replace(entry, credentials=make_credentials("other", ("client",))["client"])
        view, death = await asyncio.to_thread(first_two, Stream(entry))
        with pytest.raises(OSError):
            await asyncio.to_thread(first_two, Stream(stranger))

    assert view["view"]["name"] == "far"
    assert death["died"]["name"] == "w"


async def test_who_hangs_up_is_not_told_any_more() -> None:
    """A watcher that closes its line ends at once, from another thread too, and leaves nothing behind."""
    watched, seen = Watched(lambda: VIEW), threading.Event()
    with listening("near", watched) as entry:
        stream = Stream(entry)

        def read() -> None:
            for _ in stream.lines():
                seen.set()

        reading = asyncio.ensure_future(asyncio.to_thread(read))
        await asyncio.to_thread(seen.wait, 5)
        assert watched.count == 1

        stream.close()
        await asyncio.wait_for(reading, 5)
        await asyncio.to_thread(wait_until, lambda: watched.count == 0, 5)
