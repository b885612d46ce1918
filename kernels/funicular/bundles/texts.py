"""The two files for people in a bundle: what it is, and the script that installs it. Pure."""

from __future__ import annotations

from funicular.bundles.manifest import Manifest
from funicular.units import format_bytes, plural

README = "README.txt"
INSTALL = "install.py"

_INSTALL = '''"""Makes a Python environment of what lies beside this file and offers it as a kernel."""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MANIFEST = os.path.join(HERE, "manifest.json")
WHEELS = os.path.join(HERE, "wheels")

if sys.version_info < (3, 11):
    wanted = "3.11 or later"
    if os.path.exists(MANIFEST):
        with open(MANIFEST) as file:
            wanted = json.load(file)["python"]
    sys.exit("This is Python %d.%d. Start it with Python %s." % (sys.version_info[:2] + (wanted,)))

own = [name for name in os.listdir(WHEELS) if name.startswith("funicular-") and name.endswith(".whl")]
if len(own) != 1:
    sys.exit("Funicular's own wheel is not in %s: the bundle is incomplete. Copy it here once more." % WHEELS)
sys.path.insert(0, os.path.join(WHEELS, own[0]))

from funicular.bundles.alone import main  # noqa: E402

sys.exit(main((["--from", HERE] if os.path.exists(MANIFEST) else []) + sys.argv[1:]))
'''

_README = """Funicular {version} and all that it needs: {packages}, {size}, made {made}.

For Python {python} on Linux, {machine} processors, glibc {glibc} or later.
Nothing is fetched when it is installed.

Install it into a new environment and offer that as a notebook kernel:

    python{python} install.py --environment ~/envs/funicular

Where a Funicular is installed already, this does the same; it also reads a bundle in one .tar:

    funicular kernel install --from {name} --environment ~/envs/funicular

The folder of the environment must be one that compute nodes see: a home or project folder, not /tmp.
Then{lab} reload JupyterLab's page and choose the kernel in its launcher.
python{python} install.py --help says what else can be chosen.

manifest.json lists every file with its SHA-256; they are checked before anything is installed. That
finds what got lost or changed on the way. It is no signature: take bundles only from those you trust.
"""


def readme(manifest: Manifest) -> str:
    """What somebody reads who finds the bundle."""
    has_lab = "lab" in manifest.extras
    return _README.format(
        version=manifest.funicular,
        packages=plural(len(manifest.wheels), "wheel"),
        size=format_bytes(manifest.bytes),
        made=manifest.made_at,
        python=manifest.python,
        machine=manifest.machine,
        glibc=manifest.glibc,
        name="BUNDLE",
        lab=" start JupyterLab with ~/envs/funicular/bin/funicular lab, or" if has_lab else "",
    )


def install_script() -> str:
    """``install.py``: works with nothing but a Python; older ones get a sentence."""
    return _INSTALL
