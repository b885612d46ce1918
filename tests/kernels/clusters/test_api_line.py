"""The API for other hosts lets in who has a certificate of the cluster's own authority, and nobody else."""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tornado.web import Application, RequestHandler

from funicular.clusters import api_line
from funicular.clusters.registry import Entry
from funicular.clusters.security import Credentials, make_credentials, tls_context
from funicular.processes import process_id


class Hello(RequestHandler):
    def post(self) -> None:
        self.finish(b'{"hello": true}')


@dataclass
class Door:
    """A listening API and what its owner has to enter."""

    port: int
    client: Credentials

    def entry(self, credentials: Credentials, *addresses: str) -> Entry:
        return Entry(
            name="mine",
            site="slurm",
            host=f"n{self.port}",
            process=process_id(),
            socket="",
            scheduler="tls://n1:1",
            created_s=1.0,
            python="python",
            version="0",
            credentials=credentials,
            addresses=addresses or ("127.0.0.1",),
            api_port=self.port,
        )


@pytest.fixture
def door() -> Iterator[Door]:
    """The line of a cluster, served by a thread."""
    roles = make_credentials("mine", ("scheduler", "client"))
    ready, ports, loops = threading.Event(), [], []

    async def serve() -> None:
        application = Application([(r"/api/v1/hello", Hello)])
        server, port = api_line.listen(application, "127.0.0.1", roles["scheduler"])
        ports.append(port)
        over = asyncio.Event()
        loops.append((asyncio.get_running_loop(), over))
        ready.set()
        await over.wait()
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(10)
    yield Door(ports[0], roles["client"])
    loop, over = loops[0]
    loop.call_soon_threadsafe(over.set)
    thread.join(10)


def say_hello(entry: Entry) -> bytes:
    connection = api_line.connection(entry, timeout=5)
    try:
        connection.request("POST", "/api/v1/hello", "{}")
        return connection.getresponse().read()
    finally:
        connection.close()


def test_the_owner_is_let_in(door: Door) -> None:
    """By the client's key in the registry; an address that does not answer is passed over."""
    assert say_hello(door.entry(door.client)) == b'{"hello": true}'

    api_line._reached.clear()

    assert api_line.address_of(door.entry(door.client, "127.0.0.2", "127.0.0.1")) == "127.0.0.1"


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_certificate_of_another_authority_and_none_are_refused(door: Door) -> None:
    """Whatever name is written into it; nothing is answered."""
    stranger = make_credentials("mine", ("client",))["client"]
    theirs = Credentials(door.client.ca, stranger.certificate, stranger.key)
    with pytest.raises((OSError, http.client.HTTPException)):
        say_hello(door.entry(theirs))

    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.check_hostname, bare.verify_mode = False, ssl.CERT_NONE
    nobody = http.client.HTTPSConnection("127.0.0.1", door.port, timeout=5, context=bare)
    with pytest.raises((OSError, http.client.HTTPException)):
        nobody.request("POST", "/api/v1/hello", "{}")
        nobody.getresponse()
    nobody.close()


def test_plain_text_gets_no_answer(door: Door) -> None:
    """HTTP without TLS is not spoken there."""
    with socket.create_connection(("127.0.0.1", door.port), timeout=5) as line:
        line.sendall(b"POST /api/v1/hello HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        try:
            answer = line.recv(4096)
        except OSError:
            answer = b""

    assert b"hello" not in answer


def test_the_owner_does_not_talk_to_an_impostor(door: Door) -> None:
    """A server that cannot show the cluster's certificate is not told anything."""
    others = make_credentials("other", ("scheduler", "client"))
    impostor = Credentials(others["client"].ca, door.client.certificate, door.client.key)
    with pytest.raises(ssl.SSLError):
        say_hello(door.entry(impostor))

    assert tls_context(impostor, server=False).verify_mode is ssl.CERT_REQUIRED
