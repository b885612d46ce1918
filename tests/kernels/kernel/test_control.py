"""The line between the notebook's toolbar and a kernel."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from funicular.kernel import control
from tests.kernels.kernel.conftest import RealKernel


def test_unknown_verbs_are_refused_in_words() -> None:
    """Nothing but the three verbs does anything, and the answer names them."""
    answer = control.answer({"id": "7", "verb": "explode"})

    assert answer["id"] == "7"
    assert "explode" in answer["problem"] and "look, attach, detach" in answer["problem"]


class Line:
    """The front end's side of the line to a real kernel."""

    def __init__(self, kernel: RealKernel) -> None:
        self._client: Any = kernel._client
        self._send("comm_open", target_name=control.TARGET, data={})

    def ask(self, verb: str, *, within_s: float = 20) -> dict[str, Any]:
        """What the kernel answers to a verb."""
        self._send("comm_msg", data={"id": verb, "verb": verb})
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            message = self._client.get_iopub_msg(timeout=within_s)
            if message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == "line":
                found: dict[str, Any] = message["content"]["data"]
                return found
        raise AssertionError(f"no answer to {verb}")

    def _send(self, kind: str, **content: Any) -> None:
        message = self._client.session.msg(kind, {"comm_id": "line", **content})
        message["header"]["subshell_id"] = self._subshell()
        self._client.shell_channel.send(message)

    _known = ""

    def _subshell(self) -> str:
        if not self._known:
            asked = self._client.session.msg("create_subshell_request", {})
            self._client.control_channel.send(asked)
            type(self)._known = self._client.get_control_msg(timeout=20)["content"]["subshell_id"]
        return self._known


def test_a_kernel_answers_while_a_cell_runs(kernel: RealKernel) -> None:
    """It says whose it is at once; detached in the middle of a cell, it leaves when that has ended."""
    kernel.run("import funicular, os, time; funicular.map(abs, [-1])")
    line = Line(kernel)
    assert line.ask("look") == {
        "id": "look", "cluster": "kernel-test", "is_attached": True, "is_leaving": False,
    }  # fmt: skip

    client: Any = kernel._client
    cell = client.execute("funicular.map(lambda x: time.sleep(0.05), range(100)); at = time.time()")
    _wait(lambda: client.get_iopub_msg(timeout=20)["msg_type"] == "execute_input")
    begun = time.monotonic()
    answer = line.ask("detach")

    assert answer["is_leaving"] and not answer["is_attached"]
    assert time.monotonic() - begun < 2
    _wait(lambda: client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") == cell)
    home = kernel.run("funicular.map(lambda x: os.getpid(), range(3)) == [os.getpid()] * 3")
    assert home.value == "True", home.trace
    assert line.ask("look")["is_leaving"] is False
    assert line.ask("attach")["is_attached"]
    away = kernel.run("funicular.map(lambda x: os.getpid(), range(3)) == [os.getpid()] * 3")
    assert away.value == "False", away.trace


def _wait(is_so: Callable[[], bool], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
