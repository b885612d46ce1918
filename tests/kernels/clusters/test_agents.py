"""The controller's end of the line to nodes: a silent one is lost, one that could not be heard is not."""

import asyncio
import time

import pytest

from funicular.clusters import agents as module
from funicular.clusters.agents import Agents, Setting
from funicular.clusters.fleet import Block, Shape
from funicular.clusters.link import Line
from funicular.clusters.security import make_credentials, tls_context

SHAPE = Shape(
    cores=1, memory_bytes=None, gpus=0, walltime_s=60, queue=None, account=None, workers=1, threads=1
)
ROLES = make_credentials("a", ("scheduler", "worker"))


@pytest.fixture
def fast(monkeypatch):
    """Beats of 50 ms, lost after 300 ms."""
    monkeypatch.setattr(module, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(module, "LOST_AFTER_S", 0.3)


async def with_a_node(talk):
    """Serve, let one agent say hello, run ``talk`` with its line, and give the nodes that were lost."""
    lost = []
    served = Agents(
        Setting("/", 0o22, {}),
        find=lambda name: Block(name, 1, SHAPE),
        on_node=lambda *_: None,
        on_exit=lambda _: None,
        on_condemn=lambda _: None,
        on_lost=lambda node, why, **_: lost.append(why),
    )
    port = await served.start("127.0.0.1", ROLES["scheduler"])
    context = tls_context(ROLES["worker"], server=False)
    line = Line(*await asyncio.open_connection("127.0.0.1", port, ssl=context))
    line.send("hello", block="b1", index=0, host="n1")
    async for message in line.messages():
        if message["kind"] == "welcome":
            break
    await talk(line)
    found = list(lost)
    await line.close()
    await served.close()
    return found


def beat(line):
    line.send("beat", block="b1", index=0, memory={})


def test_a_silent_node_is_lost(fast):
    """An open connection is not enough: it must give signs of life."""

    async def silence(line):
        await asyncio.sleep(0.6)

    (why,) = asyncio.run(with_a_node(silence))

    assert "no sign of life" in why


def test_a_beating_node_is_not(fast):
    """As long as beats come, nothing is lost."""

    async def beats(line):
        for _ in range(12):
            beat(line)
            await asyncio.sleep(0.05)

    assert asyncio.run(with_a_node(beats)) == []


def test_a_controller_that_was_busy_itself_blames_nobody(fast):
    """While a huge graph holds the loop, beats wait unread: the node is not lost for that."""

    async def busy(line):
        beat(line)
        time.sleep(1)  # noqa: ASYNC251, the whole loop stands still, the agent's beats with it
        for _ in range(4):
            await asyncio.sleep(0.05)
            beat(line)

    assert asyncio.run(with_a_node(busy)) == []
