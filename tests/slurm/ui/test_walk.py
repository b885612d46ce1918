"""The first walk through the panel on a real Slurm, in the Lab of a user of its own."""

from __future__ import annotations

import json
import pwd
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.needs import is_missing
from tests.slurm.jobenv import CHECKOUT
from tests.slurm.layout import Layout
from tests.slurm.people import Person
from tests.slurm.running import RunningSite
from tests.ui.lab import Lab, free_port, wait_for_lab
from tests.ui.walk import Machine, Walker, first_walk

BUNDLE = CHECKOUT / "extension/funicular_lab/labextension"
ENABLED = {"ServerApp": {"jpserver_extensions": {"jupyterlab": True, "funicular_lab": True}}}
QUIET = {"fetchNews": "false", "checkForUpdates": False}


@pytest.fixture
def her_lab(alice: Person, as_root: Layout, clean_queue: None) -> Iterator[Lab]:
    """A JupyterLab that alice started on the login node, with our extension and kernel installed."""
    if not BUNDLE.exists():
        is_missing("the Lab's extension has not been built")
    home = alice.home / f"lab-{secrets.token_hex(3)}"
    lab = Lab(f"http://127.0.0.1:{free_port()}/", secrets.token_hex(16), home, home / "files", home / "state")
    env = furnish(alice, lab)
    command = [
        *("python", "-m", "jupyterlab", "--no-browser", f"--port={lab.url.split(':')[2][:-1]}"),
        *("--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={lab.files}"),
        "--LabApp.expose_app_in_browser=True",
    ]
    with (Path("/var/tmp") / f"{home.name}.log").open("wb") as log:
        process = alice.start(command, env=env, cwd=lab.files, stdout=log, stderr=log)
        try:
            wait_for_lab(lab, process, Path(log.name))
            yield lab
        finally:
            process.terminate()
            process.wait(30)
            Path(log.name).unlink()


def furnish(person: Person, lab: Lab) -> dict[str, str]:
    """Her folders, as an installation would leave them; gives the environment that points there."""
    shutil.copytree(BUNDLE, lab.home / "data/labextensions/@funicular/lab")
    shutil.copytree(CHECKOUT / "kernels/kernelspec/funicular", lab.home / "data/kernels/funicular")
    for folder in ("files", "state", "runtime", "workspaces", "ipython", "config"):
        (lab.home / folder).mkdir()
    settings = lab.home / "settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(QUIET))
    (lab.home / "config/jupyter_server_config.json").write_text(json.dumps(ENABLED))
    owner = pwd.getpwnam(person.name)
    for path in (lab.home, *lab.home.rglob("*")):
        shutil.chown(path, owner.pw_uid, owner.pw_gid)
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "XDG_STATE_HOME": "state",
    }
    own = {name: str(lab.home / folder) for name, folder in places.items()}
    return own | {
        "JUPYTER_TOKEN": lab.token,
        "FUNICULAR_SITE": "slurm",
        "FUNICULAR_MIN_GAIN_S": "0",
        "FUNICULAR_LEASE_S": "5",
    }


def test_the_first_walk(
    slurm_site: RunningSite,
    alice: Person,
    her_lab: Lab,
    browser: Browser,
) -> None:
    """Card, notebook, run, scale while the cell runs, kill a job, obituary, stop: all gone, ledger right."""
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    ours: list[str] = []
    page.on("pageerror", lambda error: ours.append(str(error)))
    walker = Walker(page, her_lab)
    first_walk(walker, Machine(costs="Costs at most", cores=8, mark="SLURM_JOB_ID"))

    assert slurm_site.slurm("squeue", "-h", "-u", alice.name).stdout == ""
    panel, terminal = until_equal(walker, alice)
    assert panel == pytest.approx(terminal, rel=1e-6)
    assert panel > 0
    assert ours == []
    page.close()


def until_equal(walker: Walker, person: Person, within_s: float = 60) -> tuple[float, float]:
    """Core-hours of today as panel and terminal tell them: accounting comes a moment after the end."""
    env = {"XDG_STATE_HOME": str(walker.lab.state_home)}
    deadline = time.monotonic() + within_s
    while True:
        done = person.run(["funicular", "clusters", "ledger", "--json"], env=env, check=True)
        terminal: float = json.loads(done.stdout)["today"]["core_hours"]
        panel: float = walker.ask("ledger")["today"]["core_hours"]
        if panel == pytest.approx(terminal, rel=1e-6) or time.monotonic() > deadline:
            return panel, terminal
        time.sleep(1)
