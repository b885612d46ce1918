"""A real kernel *Python 3 (Funicular)* in a folder of its own, on the local site."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Outcome:
    """What one cell showed."""

    text: str = ""  # stdout
    err: str = ""  # stderr
    value: str = ""
    shown: list[str] = field(default_factory=list)
    error: str = ""  # the type of the exception
    trace: str = ""
    seconds: float = 0.0


class RealKernel:
    """Runs cells as a front end does."""

    def __init__(self, folder: Path, state: Path) -> None:
        from jupyter_client.manager import KernelManager
        from jupyter_core.utils import ensure_event_loop

        self._loop = ensure_event_loop()  # jupyter_client makes one, and closes none
        self.folder, self.state = folder, state
        environment = {
            **os.environ,
            "XDG_STATE_HOME": str(state),
            "FUNICULAR_SITE": "local",
            "FUNICULAR_MIN_GAIN_S": "0",
            "FUNICULAR_CLUSTER": "kernel-test",
            "IPYTHONDIR": str(state / "ipython"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._manager = KernelManager(kernel_name="python3")
        self._manager.kernel_spec.argv = [sys.executable, "-m", "funicular.kernel", "-f", "{connection_file}"]
        self._manager.start_kernel(env=environment, cwd=str(folder))
        self._client: Any = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def run(self, code: str, *, timeout: float = 60) -> Outcome:
        """Execute one cell and collect what it shows until it is idle."""
        found, begun = Outcome(), time.monotonic()

        def take(message: dict[str, Any]) -> None:
            content = message["content"]
            match message["msg_type"]:
                case "stream" if content["name"] == "stdout":
                    found.text += content["text"]
                case "stream":
                    found.err += content["text"]
                case "execute_result":
                    found.value = content["data"]["text/plain"]
                case "display_data" | "update_display_data":
                    found.shown.append(content["data"].get("text/plain", ""))
                case "error":
                    found.error, found.trace = content["ename"], "\n".join(content["traceback"])

        self._client.execute_interactive(code, timeout=timeout, output_hook=take, allow_stdin=False)
        found.seconds = time.monotonic() - begun
        return found

    def interrupt(self) -> None:
        """As the Stop button does."""
        os.kill(self._manager.provisioner.process.pid, signal.SIGINT)

    def close(self) -> None:
        """End the cluster, then the kernel."""
        self.run("import funicular; funicular.stop()", timeout=60)
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._loop.close()


@pytest.fixture
def kernel(one_kernel: RealKernel) -> RealKernel:
    """The module's kernel as a test finds it: nothing of another test's, and the imports that cells use."""
    prepared = one_kernel.run("%reset -f\nimport os, time\nimport dask, funicular")
    assert not prepared.error, prepared.trace
    return one_kernel


@pytest.fixture(scope="module")
def one_kernel() -> Iterator[RealKernel]:
    """One kernel for a module's tests, since a kernel and a cluster take seconds to start."""
    state = Path(tempfile.mkdtemp(prefix="fun-"))
    folder = state / "note book's"
    folder.mkdir()
    kernel = RealKernel(folder, state)
    yield kernel
    kernel.close()
    shutil.rmtree(state, ignore_errors=True)
