"""A kernel in an environment of its own, Jupyter in another: its workers and its cluster are its own too."""

from __future__ import annotations

import ast
import json
import os
import secrets
import site
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.remote_kernel import Server
from tests.ui.lab import free_port

WHERE = """
import sys, funicular
def where(x):
    import os, sys
    try:
        import only_second
        has = only_second.NAME
    except ImportError:
        has = ""
    return sys.prefix, has, os.environ["PATH"].split(":")[0]
print(repr([sys.prefix, sorted(set(funicular.map(where, range(4))))]))
"""


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that sees the first one's packages, and has one of its own."""
    folder = tmp_path_factory.mktemp("envs") / "Second Env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    lines = [f"import site; site.addsitedir({place!r})" for place in site.getsitepackages()]
    (packages / "first.pth").write_text("\n".join(lines) + "\n")
    (packages / "only_second.py").write_text('NAME = "second"\n')
    return folder


@pytest.fixture(scope="module")
def server(second: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Jupyter server of the first environment, which offers the kernels of both."""
    home = tmp_path_factory.mktemp("two")
    port, token = free_port(), secrets.token_hex(16)
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FUNICULAR_", "JUPYTER"))
        },
        "JUPYTER_TOKEN": token,
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "FUNICULAR_SITE": "local",
        "FUNICULAR_LOCAL_CORES": "1",
        "FUNICULAR_LOCAL_NODES": "2",  # both clusters fit
        "FUNICULAR_MIN_GAIN_S": "0",
        "FUNICULAR_LEASE_S": "5",
    }
    for python, name in ((sys.executable, "first"), (str(second / "bin/python"), "second")):
        install = [python, "-m", "funicular.cli", "kernel", "install", "--name", name, "--display-name", name]
        subprocess.run(install, env=environment, check=True, capture_output=True)
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--no-browser", f"--port={port}", "--allow-root"],
            env=environment,
            cwd=home,
            stdout=log,
            stderr=log,
        )
        try:
            yield _answering(Server(f"http://127.0.0.1:{port}/", token), process, home / "log")
        finally:
            process.terminate()
            process.wait(30)


def _answering(server: Server, process: subprocess.Popen[bytes], log: Path) -> Server:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.ask("api/status")
            return server
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(log.read_text()[-4000:])


def test_two_environments_on_one_server_are_two_clusters_with_workers_of_their_own(
    server: Server, second: Path
) -> None:
    """Each kernel's workers run its own Python with its packages; the clusters' names say which is which."""
    answers = {}
    with server.kernel("first", "a.ipynb") as first, server.kernel("second", "b.ipynb") as other:
        for name, kernel in (("first", first), ("second", other)):
            lines = kernel.run(WHERE, timeout_s=120).splitlines()
            (said,) = [line for line in lines if line.startswith("[")]
            answers[name] = ast.literal_eval(said)
        listed = server.ask("funicular/api/clusters")
        clusters = [each["name"] for each in listed["clusters"] if each["is_session"]]
        for kernel in (first, other):
            kernel.run("funicular.stop()", timeout_s=60)

    prefix = str(second)

    assert answers["second"] == [prefix, [(prefix, "second", f"{prefix}/bin")]]
    assert answers["first"][0] == sys.prefix
    assert [each[:2] for each in answers["first"][1]] == [(sys.prefix, "")]
    assert len(clusters) == 2
    assert any(name.startswith(f"{listed['session']}-second-env-") for name in clusters), clusters


def test_what_was_installed_runs_the_environment_it_was_installed_from(server: Server, second: Path) -> None:
    """The kernel list names both interpreters."""
    specs = server.ask("api/kernelspecs")["kernelspecs"]

    assert specs["second"]["spec"]["argv"][0] == str(second / "bin/python")
    assert json.dumps(specs["second"]["spec"]["env"]).count("${PATH}") == 1
