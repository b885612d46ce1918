"""Certificates: one CA a cluster, and nobody without its certificate gets in."""

import asyncio
import datetime
import ssl

import pytest
from cryptography import x509

from funicular.clusters.security import Credentials, make_credentials, tls_context


def one(cluster="a"):
    return make_credentials(cluster, ("node",))["node"]


async def talk(server: Credentials, client: ssl.SSLContext | None):
    """One line from client to server and back; raises what the client sees."""

    async def echo(reader, writer):
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=tls_context(server, server=True))
    port = listener.sockets[0].getsockname()[1]
    async with listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client)
        writer.write(b"hello\n")
        answer = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        return answer


def answer_or_nothing(server, client):
    try:
        return asyncio.run(talk(server, client))
    except OSError:
        return b""


def test_the_same_ca_is_let_in():
    """Two certificates of one cluster speak with each other."""
    roles = make_credentials("a", ("scheduler", "worker"))

    assert asyncio.run(talk(roles["scheduler"], tls_context(roles["worker"], server=False))) == b"hello\n"


def test_another_clusters_certificate_is_refused():
    """A self-made CA of the same name opens nothing."""
    with pytest.raises(ssl.SSLError):
        asyncio.run(talk(one(), tls_context(one(), server=False)))


def test_a_client_without_certificate_is_refused():
    """Trusting the server is not enough: the client must show a certificate."""
    server = one()
    context = ssl.create_default_context(cadata=server.ca)
    context.check_hostname = False

    assert answer_or_nothing(server, context) == b""


def test_plain_text_is_refused():
    """A connection without TLS gets no answer."""
    assert answer_or_nothing(one(), None) == b""


def test_certificates_are_backdated_a_day():
    """A node whose clock is behind still accepts them."""
    certificate = x509.load_pem_x509_certificate(one().certificate.encode())
    now = datetime.datetime.now(datetime.UTC)

    assert now - certificate.not_valid_before_utc >= datetime.timedelta(hours=23)
    assert certificate.not_valid_after_utc - now > datetime.timedelta(days=30)


def test_keys_do_not_show_in_a_repr():
    """Credentials that reach a log or a traceback show nothing."""
    assert "PRIVATE KEY" not in repr(one())
