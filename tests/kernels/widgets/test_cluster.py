"""The cluster in a cell: a widget where one can be drawn, words elsewhere."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

import funicular
from funicular.messages import ClusterView
from funicular.routing import reach
from funicular.widgets import cluster as module
from funicular.widgets.cluster import ClusterWidget, meters
from funicular.widgets.display import WIDGET
from tests.kernels.kernel.conftest import RealKernel, kernel, one_kernel  # noqa: F401

VIEW = ClusterView(
    "lab-1-ab12", "slurm", "running", 4, 16, 16, 0.05, (),
    nodes_wished=4, memory_bytes=4 * 10**9, memory_limit_bytes=16 * 10**9,
    tasks_done=30, tasks_running=12, tasks_waiting=58, core_hours_committed=0.1,
)  # fmt: skip


class Session:
    """A session with a view; what was wished of it."""

    def __init__(self, view: ClusterView | None) -> None:
        self.seen, self.wishes = view, []

    def view(self) -> ClusterView | None:
        return self.seen

    def scale(self, wish: Any) -> Any:
        self.wishes.append(wish)
        return self.seen


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A cluster of four nodes."""
    session = Session(VIEW)
    monkeypatch.setattr(reach, "session", lambda: session)
    yield session
    module.widget.cache_clear()


def test_numbers_are_read_aloud() -> None:
    """Each bar has its share and its sentence."""
    assert [(each["part"], each["words"]) for each in meters(VIEW)] == [
        (0.75, "12 of 16 cores busy"),
        (0.25, "4 GB of 16 GB in use"),
        (0.3, "30 of 100 done, 12 running, 58 waiting"),
        (0.5, "0.050 core-h used of 0.10 core-h promised"),
    ]


def test_nothing_is_divided_by_nothing() -> None:
    """A cluster without nodes has bars of no length."""
    idle = ClusterView("c", "local", "idle", 0, 0, 0, 0.0, ())

    assert {each["part"] for each in meters(idle)} == {0.0}


def test_a_terminal_gets_words(session: Session) -> None:
    """Without a kernel nothing but text and HTML is offered; the call is as it was."""
    shown = funicular.cluster._repr_mimebundle_()

    assert set(shown) == {"text/plain", "text/html"}
    assert (
        "4 nodes, 16 workers" in shown["text/plain"] == repr(funicular.cluster) == repr(funicular.cluster())
    )


def test_buttons_act_and_answer(session: Session) -> None:
    """A wish of the browser's reaches the cluster; nonsense does not; the answer names the question."""
    widget = ClusterWidget()
    widget._hear(widget, {"verb": "scale", "id": "7", "nodes": 3})
    widget._hear(widget, {"verb": "scale", "id": "8", "nodes": "rm -rf"})
    widget._hear(widget, {"verb": "scale", "id": "9", "nodes": -1})

    assert [wish.nodes for wish in session.wishes] == [3]
    assert widget.answered == {"id": "7", "said": ""}


def test_no_cluster_is_said(session: Session) -> None:
    """Before the first use the widget says what starts one; there is nothing to stop."""
    session.seen = None
    widget = ClusterWidget()

    assert "No cluster yet" in widget.sentences[0]
    assert not widget.is_there and widget.meters == []


def test_importing_funicular_loads_no_widgets() -> None:
    """What draws is loaded when something is drawn."""
    code = "import sys, funicular; funicular.cluster; print({'anywidget', 'ipywidgets'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_numbers_move_while_a_cell_runs(kernel: RealKernel) -> None:  # noqa: F811
    """In a real kernel it is a widget; seen by a browser, it is kept up to date while the kernel is busy."""
    client: Any = kernel._client
    kernel.run("import funicular, time; funicular.map(abs, [-1])")
    heard: list[dict[str, Any]] = []
    client.execute_interactive("funicular.cluster", timeout=60, output_hook=heard.append)
    [result] = [each["content"]["data"] for each in heard if each["msg_type"] == "execute_result"]
    model = result[WIDGET]["model_id"]
    assert "Cluster kernel-test on local: 1 node" in result["text/plain"]

    seen = {"comm_id": model, "data": {"method": "custom", "content": {"verb": "seen"}}}
    client.shell_channel.send(client.session.msg("comm_msg", seen))
    heard.clear()
    client.execute_interactive(
        "until = time.time() + 4\n"
        "while time.time() < until: funicular.map(lambda x: time.sleep(0.3), range(8))",
        timeout=60,
        output_hook=lambda message: heard.append({**message, "at": time.monotonic()}),
    )
    updates = [
        each for each in heard if each["msg_type"] == "comm_msg" and each["content"]["comm_id"] == model
    ]

    assert len(updates) >= 2
    assert all(each["content"]["data"]["method"] == "update" for each in updates)
