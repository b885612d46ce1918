"""The door that says what time it is."""

from __future__ import annotations

import socket

import pytest

from funicular.doctor import doorbell


def test_who_knows_the_word_gets_the_time() -> None:
    """On the same host the clocks agree within the time that the call took."""
    with doorbell.opened() as door:
        found = doorbell.ring("127.0.0.1", door.port, door.token)

    assert abs(found.ahead_s) <= found.took_s + 0.1


def test_a_caller_without_the_word_gets_nothing() -> None:
    """No time, no word; and the door goes on to answer others."""
    with doorbell.opened() as door:
        with pytest.raises(ValueError):
            doorbell.ring("127.0.0.1", door.port, "f" * 32)
        assert doorbell.ring("127.0.0.1", door.port, door.token).took_s >= 0


def test_it_is_shut_afterwards() -> None:
    """Nothing listens any more."""
    with doorbell.opened() as door:
        pass

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", door.port), timeout=5)
