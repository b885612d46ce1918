"""A real JupyterLab on a free port, with folders and a token of its own."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STARTS_WITHIN_S = 60


@dataclass(frozen=True)
class Lab:
    """``url`` and ``token`` of the server, and the folders that it uses."""

    url: str
    token: str
    home: Path
    files: Path
    state_home: Path

    def ask(self, path: str) -> Any:
        """The JSON that the server answers to a GET."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


@contextmanager
def running_lab(home: Path, settings: Mapping[str, str] | None = None) -> Iterator[Lab]:
    """Start it below ``home``, wait until it answers, end it afterwards. settings: for its environment."""
    files, quiet_folder = home / "files", home / "settings" / "@jupyterlab" / "apputils-extension"
    for folder in (files, quiet_folder):
        folder.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (quiet_folder / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    lab = Lab(f"http://127.0.0.1:{free_port()}/", secrets.token_hex(16), home, files, home / "state")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *(f"--port={lab.url.split(':')[2][:-1]}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.root_dir={files}", "--LabApp.expose_app_in_browser=True"),
    ]
    with (home / "lab.log").open("wb") as log:
        env = _environment(lab) | dict(settings or {})
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=files)
        try:
            wait_for_lab(lab, process, home / "lab.log")
            yield lab
        finally:
            process.terminate()
            process.wait(30)


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _environment(lab: Lab) -> dict[str, str]:
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "XDG_STATE_HOME": "state",
    }
    own = {name: str(lab.home / folder) for name, folder in folders.items()}
    return {**os.environ, **own, "JUPYTER_TOKEN": lab.token, "FUNICULAR_SITE": "local"}


def wait_for_lab(lab: Lab, process: subprocess.Popen[Any], log: Path) -> None:
    """Until it answers. Raises ``RuntimeError`` with the end of its log when it does not."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            lab.ask("api/status")
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise RuntimeError(log.read_text()[-4000:])
