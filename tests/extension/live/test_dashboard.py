"""Dask's dashboard through the Jupyter login, of a real cluster."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import stat
from collections.abc import Callable
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from funicular.clusters import registry
from funicular.clusters.session import Session
from funicular_lab import upstream
from funicular_lab.handlers.dashboard import SHOWN

PAGE = ("dashboard", "shared", "status")


def token_of(page: str) -> str:
    """The key to a page's own session, as its script finds it."""
    found = re.search(r'"token":"([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def connect(jp_ws_fetch: Any, run: Callable[..., Any]) -> Callable[..., Any]:
    """``connect(protocols, headers)`` opens the WebSocket of the page."""

    def connect(protocols: list[str], **headers: str) -> Any:
        return run(jp_ws_fetch("funicular", *PAGE, "ws", headers=headers, subprotocols=protocols))

    return connect


def test_a_page_and_its_socket_work(
    ask: Callable[..., Any], connect: Callable[..., Any], run: Callable[..., Any], cluster: Session
) -> None:
    """The page comes with its scripts, and its WebSocket greets as Bokeh does and sends the document."""
    page = ask("GET", "/".join(PAGE))
    text = page.body.decode()
    script = re.search(r'src="([^"]*static/js/bokeh[^"]*)"', text)

    assert (page.status, page.kind) == (200, "text/html")
    assert script is not None and not script[1].startswith("/")  # below any base URL

    source = script[1].partition("?")[0]
    assert ask("GET", f"dashboard/shared/{source}").status == 200

    socket = connect(["bokeh", token_of(text)])
    greeting = run(asyncio.wait_for(socket.read_message(), 10))

    assert '"msgtype":"ACK"' in greeting.replace(" ", "")
    assert socket.selected_subprotocol == "bokeh"
    socket.close()


def test_without_the_login_there_is_nothing(
    ask: Callable[..., Any], connect: Callable[..., Any], cluster: Session
) -> None:
    """Neither page nor WebSocket without the token."""
    assert ask("GET", "/".join(PAGE), headers={"Authorization": ""}).status == 403
    with pytest.raises(HTTPClientError) as refused:
        connect(["bokeh"], Authorization="")
    assert refused.value.code == 403


def test_a_user_without_permission_sees_nothing(
    ask: Callable[..., Any],
    connect: Callable[..., Any],
    cluster: Session,
    jp_serverapp: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server's authorizer is asked for the WebSocket as well."""
    monkeypatch.setattr(jp_serverapp.authorizer, "is_authorized", lambda *_: False)

    assert ask("GET", "/".join(PAGE)).status == 403
    with pytest.raises(HTTPClientError) as refused:
        connect(["bokeh"])
    assert refused.value.code == 403


def test_a_page_of_another_site_cannot_open_the_socket(
    connect: Callable[..., Any], cluster: Session, jp_fetch: Any, jp_http_port: int, run: Callable[..., Any]
) -> None:
    """A browser that is logged in does not lend its login to a stranger's page: the Origin is checked."""
    host = {"Host": f"localhost:{jp_http_port}"}
    login = run(jp_fetch("api", "status", headers=host)).headers.get_list("Set-Cookie")
    browser = {"Authorization": "", "Cookie": "; ".join(each.partition(";")[0] for each in login)}
    connect(["bokeh"], **browser).close()  # as our own page does

    with pytest.raises(HTTPClientError) as refused:
        connect(["bokeh"], Origin="https://elsewhere.example", **browser)
    assert refused.value.code in (403, 404)


def test_as_another_user_there_is_nothing(cluster: Session) -> None:
    """The socket behind it is the owner's alone, and so is the folder that it is in."""
    entry = cluster.entry()
    assert entry is not None
    socket, folder = os.stat(entry.socket), os.stat(os.path.dirname(entry.socket))

    assert stat.S_IMODE(socket.st_mode) == 0o600
    assert stat.S_IMODE(folder.st_mode) == 0o700

    if os.getuid() == 0:  # only then somebody else can be tried
        import subprocess

        words = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
        tried = subprocess.run(
            ["python3", "-c", words, entry.socket],
            user=65534,
            group=65534,
            extra_groups=[],
            check=False,
            capture_output=True,
            text=True,
        )
        assert tried.returncode != 0
        assert "PermissionError" in tried.stderr


@pytest.mark.parametrize(
    "page", ["api/v1/view", "proxy/1/localhost/status", "status/../api/v1/view", "nonsense"]
)
def test_only_pages_are_passed_on(ask: Callable[..., Any], cluster: Session, page: str) -> None:
    """What is no page of the dashboard is not there, whatever the controller would answer."""
    assert not SHOWN.fullmatch(page)
    assert ask("GET", f"dashboard/shared/{page}").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_it_is_read_only(ask: Callable[..., Any], cluster: Session, method: str) -> None:
    """Nothing can be sent to a page."""
    assert ask(method, "/".join(PAGE), {}).status == 405


def test_no_such_cluster_and_a_silent_one(
    ask: Callable[..., Any], add_controller: Callable[..., Any]
) -> None:
    """A name that nobody has is 404; a controller that does not answer is said to be silent."""
    add_controller("mute", listens=False)

    assert ask("GET", "dashboard/nobody/status").status == 404
    answer = ask("GET", "dashboard/mute/status")
    assert answer.status == 503
    assert "does not answer" in answer.body["title"]
    registry.forget("mute")


def test_a_frozen_controller_is_said_to_be_silent(
    ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that takes the call and says nothing is waited for so long, and no longer."""
    monkeypatch.setattr(upstream, "PATIENCE_S", 0.5)
    frozen = Session("stiff")
    frozen.client().close()
    entry = frozen.entry()
    assert entry is not None
    os.kill(entry.process.pid, signal.SIGSTOP)
    try:
        answer = ask("GET", "dashboard/stiff/status")
    finally:
        os.kill(entry.process.pid, signal.SIGCONT)
        frozen.stop()

    assert answer.status == 503
    assert answer.kind == "application/problem+json"


def test_that_bokeh_is_missing_is_said_in_words(
    ask: Callable[..., Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A controller whose environment has no Bokeh: the next step, not an empty page."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['bokeh'] = None\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]]))
    bare = Session("bare")
    bare.client().close()
    try:
        answer = ask("GET", "dashboard/bare/status")
    finally:
        bare.stop()

    assert answer.status == 503
    assert answer.kind == "application/problem+json"
    assert "pip install bokeh" in answer.body["next_step"]
