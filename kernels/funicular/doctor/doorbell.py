"""A door on this host that says what time it is: can a compute node reach it, and is its clock right?

It knows one word (a token of this run), answers it with the time, and is closed when the job is over.
"""

from __future__ import annotations

import contextlib
import hmac
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Door:
    """Where it is.   port 0: there is none."""

    port: int = 0
    token: str = ""


@contextlib.contextmanager
def opened() -> Iterator[Door]:
    """A door on all interfaces for as long as the block lasts."""
    token = secrets.token_hex(16)
    listener = socket.create_server(("", 0), backlog=8)
    listener.settimeout(0.2)
    over = threading.Event()

    def answer() -> None:
        while not over.is_set():
            try:
                caller, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with caller, contextlib.suppress(OSError):
                caller.settimeout(PATIENCE_S)
                if hmac.compare_digest(_line(caller), token.encode()):
                    caller.sendall(f"{time.time()!r}\n".encode())

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield Door(listener.getsockname()[1], token)
    finally:
        over.set()
        thread.join(PATIENCE_S + 1)
        listener.close()


@dataclass(frozen=True, slots=True)
class Ring:
    """One call.   ahead_s: how far the caller's clock is ahead, give or take half of ``took_s``."""

    ahead_s: float
    took_s: float


def ring(address: str, port: int, token: str, *, patience_s: float = PATIENCE_S) -> Ring:
    """Ask for the time. Raises ``OSError`` when nobody answers there, ``ValueError`` for a strange answer."""
    with socket.create_connection((address, port), timeout=patience_s) as line:
        line.settimeout(patience_s)
        begun, since = time.time(), time.monotonic()
        line.sendall(f"{token}\n".encode())
        theirs = float(_line(line))
        took = time.monotonic() - since
    return Ring(begun + took / 2 - theirs, took)


def _line(stream: socket.socket) -> bytes:
    """Up to the end of a line, 64 bytes at most."""
    said = b""
    while not said.endswith(b"\n") and len(said) < 64:
        piece = stream.recv(64 - len(said))
        if not piece:
            break
        said += piece
    return said.strip()
