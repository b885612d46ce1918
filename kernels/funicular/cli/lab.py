"""``funicular lab``: JupyterLab in this folder, with our kernel first and a notebook to begin with."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from funicular.bundles.installing import NAME as KERNEL
from funicular.cli.kernel import installed
from funicular.cli.shown import add_json, add_site, print_json
from funicular.errors import FunicularError
from funicular.sites.detect import choose_site

SUMMARY = "open JupyterLab here; further options are JupyterLab's own"
WELCOME = "00-first-ascent.ipynb"


class LabMissing(FunicularError):
    """JupyterLab is not in this environment."""

    code = "lab-missing"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of this command; all others go to JupyterLab."""
    add_site(parser)
    parser.add_argument(
        "--no-welcome", action="store_true", help="put no notebook into a folder that has none yet"
    )
    add_json(parser)
    parser.set_defaults(passes_on=True)


def run(options: argparse.Namespace) -> int:
    """Become JupyterLab; with ``--json`` only say what would be run."""
    if find_spec("jupyterlab") is None:
        raise LabMissing(
            "JupyterLab is not installed here.",
            why=f"{sys.executable} does not have it",
            next_step='Install it with: pip install "funicular[lab]"',
        )
    if options.site:
        os.environ["FUNICULAR_SITE"] = choose_site(options.site).name
    folder = Path.cwd()
    welcome = None if options.no_welcome else welcome_for(folder)
    has_kernel = any(name == KERNEL for name, _, _ in installed())
    command = lab_command(options.rest, welcome=welcome.name if welcome else None, has_kernel=has_kernel)
    if options.json:
        print_json({"command": command, "welcome": welcome and str(welcome)})
        return 0
    if welcome:
        shutil.copyfile(welcome, folder / welcome.name)
    if not has_kernel:
        print(
            "The kernel Python 3 (Funicular) is not installed; funicular kernel install does that.",
            file=sys.stderr,
        )
    sys.stdout.flush()
    os.execv(command[0], command)


def lab_command(rest: Sequence[str], *, welcome: str | None, has_kernel: bool) -> list[str]:
    """How to start JupyterLab; what the user says comes last and is not said twice."""
    ours = {
        "--MultiKernelManager.default_kernel_name": KERNEL if has_kernel else None,
        "--LabApp.default_url": f"/lab/tree/{welcome}" if welcome else None,
        # else every user of this machine can listen to what kernels print
        "--MappingKernelManager.transport_encryption": "auto",
    }
    said = [
        f"{name}={value}"
        for name, value in ours.items()
        if value and not any(each.startswith(name) for each in rest)
    ]
    return [sys.executable, "-m", "jupyterlab", *said, *rest]


def welcome_for(folder: Path) -> Path | None:
    """The notebook to put into a folder that has none; ``None`` when it has, or ours was not installed."""
    if any(folder.glob("*.ipynb")) or not os.access(folder, os.W_OK):
        return None
    from jupyter_core.paths import jupyter_path

    in_tree = Path(__file__).parents[3] / "notebooks"
    places = [in_tree, *(Path(each) for each in jupyter_path("funicular", "notebooks"))]
    return next((place / WELCOME for place in places if (place / WELCOME).is_file()), None)
