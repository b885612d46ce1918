"""The process that forks the workers: it has one thread when it forks, or it refuses."""

import json
import os
import socket
import subprocess
import sys

import pytest

from funicular.clusters.nursery import PINNED
from funicular.clusters.preimport import FORK_SAFE, worth_importing


class Zygote:
    """A real one in its own process, spoken to as the agent does."""

    def __init__(self, folder):
        ours, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "funicular.clusters.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=os.environ | PINNED | {"PYTHONPATH": str(folder)},
        )
        theirs.close()
        self._socket = ours
        self.lines = ours.makefile()

    def order(self, **order):
        self._socket.sendall(json.dumps(order).encode() + b"\n")

    def hear(self):
        return json.loads(self.lines.readline())

    def close(self):
        self.lines.close()
        self._socket.close()
        self.process.wait(10)


@pytest.fixture
def zygote(tmp_path):
    made = Zygote(tmp_path)
    assert made.hear() == {"did": "import", "threads": 1}
    yield made
    made.close()


def test_a_module_that_starts_a_thread_is_refused(zygote, tmp_path):
    """A fork beside another thread may hang: the zygote says which module did it and ends."""
    (tmp_path / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    zygote.order(do="import", modules=["json", "threaded"])

    answer = zygote.hear()

    assert (answer["did"], answer["module"]) == ("refuse", "threaded")
    assert zygote.process.wait(10) == 71


def test_a_module_that_cannot_be_imported_is_left_out(zygote, tmp_path):
    """Workers come all the same; the user's task will tell if it needs it."""
    (tmp_path / "broken.py").write_text("raise RuntimeError('not today')\n")
    zygote.order(do="import", modules=["broken", "json"])

    assert zygote.hear() == {"did": "skip", "module": "broken", "why": "RuntimeError: not today"}
    assert zygote.hear() == {"did": "import", "threads": 1}


def test_the_packages_called_fork_safe_leave_one_thread(zygote):
    """Each of them that is installed is imported for real, threads of C libraries counted."""
    import importlib.util

    installed = [name for name in FORK_SAFE if importlib.util.find_spec(name)]
    deeper = ["sklearn.ensemble", "sklearn.svm", "sklearn.model_selection", "skimage.filters", "scipy.linalg"]

    assert {"numpy", "scipy", "pandas", "sklearn", "skimage"} <= set(installed)

    zygote.order(do="import", modules=[*installed, *deeper])

    assert zygote.hear() == {"did": "import", "threads": 1}


def test_only_public_modules_of_known_packages_are_worth_importing():
    """Private, deep, test and foreign modules are left to the worker."""
    loaded = ["sklearn", "sklearn.svm", "sklearn.svm._base", "sklearn.a.b.c", "os", "torch", "numpy.tests"]

    assert worth_importing(loaded) == ("sklearn", "sklearn.svm")
