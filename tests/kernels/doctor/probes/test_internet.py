"""What is said of the internet."""

from __future__ import annotations

import socket

import pytest

from funicular.doctor.finding import State
from funicular.doctor.probe import Errand
from funicular.doctor.probes.internet import Outside, gather, judge, learn
from funicular.sites import known
from tests.kernels.doctor.making import LOCAL, only, place, seen, states

YES, NO = Outside("example.org"), Outside("example.org", why_not="timed out")


def test_both_ends_are_told() -> None:
    """From here it matters for packages, on nodes it is usual to have none."""
    assert states(judge(seen(YES, NO))) == [State.OK, State.NOTE]
    assert states(judge(seen(NO, YES))) == [State.WARN, State.OK]


def test_the_error_is_shown() -> None:
    """In the system's words, with what was called."""
    assert "example.org: timed out" in only(judge(seen(NO))).what


def test_this_machine_is_said_once() -> None:
    """Its node is itself."""
    assert states(judge(seen(YES, YES, place=LOCAL))) == [State.OK]


def test_what_the_profile_says_is_no_news() -> None:
    """Where a site is cut off by design it is a note; where it is not, a warning."""
    cut_off, open_one = known.profile("marenostrum5"), known.profile("lumi")

    assert states(judge(seen(NO, place=place(profile=cut_off)))) == [State.NOTE]
    assert states(judge(seen(NO, place=place(profile=open_one)))) == [State.WARN]
    assert states(judge(seen(YES, place=place(profile=cut_off)))) == [State.OK]


def test_only_a_yes_is_learnt() -> None:
    """One host that does not answer proves nothing."""
    assert learn(seen(YES, NO)) == {"network.login_to_internet": "yes"}
    assert learn(seen(NO, YES)) == {"network.compute_to_internet": "yes"}


@pytest.fixture
def listener() -> socket.socket:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


def test_a_connection_is_a_yes(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the host that is named."""
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    port = str(listener.getsockname()[1])

    assert gather(Errand(internet=("127.0.0.1", port))) == Outside("127.0.0.1")


def test_a_proxy_is_called_instead(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name and password are not shown."""
    port = listener.getsockname()[1]
    monkeypatch.setenv("https_proxy", f"http://me:secret@127.0.0.1:{port}")
    found = gather(Errand(internet=("nowhere.invalid", "443")))

    assert found == Outside("nowhere.invalid", f"127.0.0.1:{port}")


def test_no_way_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port where nobody listens."""
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = str(gone.getsockname()[1])

    assert "refused" in gather(Errand(internet=("127.0.0.1", port))).why_not
