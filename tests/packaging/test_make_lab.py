"""What ``make lab`` serves to someone who has just cloned the repository."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from tests.packaging.remote_kernel import Server
from tests.ui.lab import free_port

ROOT = Path(__file__).parents[2]
NOTEBOOK = "00-first-ascent.ipynb"
STARTS_WITHIN_S = 180
CELL_S = 240


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """``make lab`` in this tree, with files and settings elsewhere."""
    home = tmp_path_factory.mktemp("make-lab")
    port, token = free_port(), secrets.token_hex(16)
    arguments = f"--no-browser --port={port} --ServerApp.port_retries=0"
    # The token goes through the environment: everybody can read a command line.
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")},
        "JUPYTER_TOKEN": token,
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "FUNICULAR_SITE": "local",
        "FUNICULAR_LEASE_S": "5",
    }
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            ["make", "lab", f"LAB_ARGS={arguments}", f"LAB_FILES={home / 'files'}"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield _answering(Server(f"http://127.0.0.1:{port}/", token), process, home / "log")
        finally:
            os.killpg(process.pid, 15)
            process.wait(30)


def _answering(server: Server, process: subprocess.Popen[bytes], log: Path) -> Server:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.ask("api/status")
            return server
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(log.read_text()[-4000:])


def test_our_kernel_is_the_one_that_is_offered(server: Server) -> None:
    """The kernel list has Funicular's, and it is the default."""
    answer = server.ask("api/kernelspecs")

    assert answer["kernelspecs"]["funicular"]["spec"]["display_name"] == "Python 3 (Funicular)"
    assert answer["default"] == "funicular"


def test_the_welcome_notebook_is_there(server: Server) -> None:
    """A copy lies in the user's own folder, without outputs."""
    cells = server.ask(f"api/contents/{NOTEBOOK}")["content"]["cells"]

    assert cells
    assert [cell["outputs"] for cell in cells if cell["cell_type"] == "code" and cell["outputs"]] == []


def test_nobody_else_hears_what_a_kernel_prints(server: Server) -> None:
    """A kernel's ports are open to all users of the machine: without its keys they say nothing."""
    with server.kernel("funicular", "quiet.ipynb") as kernel, zmq.Context() as context:
        kernel.run("pass", timeout_s=CELL_S)
        port = kernel.run(
            "import json, ipykernel.connect as c; print(json.loads(c.get_connection_info())['iopub_port'])",
            timeout_s=CELL_S,
        )
        with context.socket(zmq.SUB) as stranger:
            stranger.setsockopt(zmq.SUBSCRIBE, b"")
            stranger.setsockopt(zmq.LINGER, 0)
            stranger.connect(f"tcp://127.0.0.1:{int(port)}")
            heard = False
            for _ in range(20):  # two seconds, in which an open port would have let it in
                kernel.run("print('a secret')", timeout_s=CELL_S)
                heard = heard or bool(stranger.poll(100))

    assert not heard


def test_the_welcome_notebook_runs(server: Server) -> None:
    """Every cell of it runs, from top to bottom, in Funicular's kernel, through Jupyter's own API."""
    notebook = json.loads((ROOT / "notebooks" / NOTEBOOK).read_text(encoding="utf-8"))
    with server.kernel(notebook["metadata"]["kernelspec"]["name"], NOTEBOOK) as kernel:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                kernel.run("".join(cell["source"]), timeout_s=CELL_S)
        said = kernel.run("import funicular; print(funicular.cluster())", timeout_s=CELL_S)
        kernel.run("funicular.stop()", timeout_s=CELL_S)

    assert "node" in said
