"""``%load_ext funicular`` in a shell, and what is left after it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import dask
import joblib
import pytest
from IPython.core.interactiveshell import InteractiveShell

from funicular.messages import ClusterView
from funicular.routing import reach, summary, switch
from funicular.routing.dask_collections import SessionClient

VIEW = ClusterView(
    name="c", site="slurm", state="running", nodes=4, workers=16, cores=16, core_hours=0.05, blocks=()
)


class Quiet:
    """A session with a view and nothing else."""

    def __init__(self) -> None:
        self.seen: ClusterView | None = None
        self.wishes: list[Any] = []

    def view(self) -> ClusterView | None:
        return self.seen

    def connected(self) -> Any:
        return self.seen

    def scale(self, wish: Any) -> ClusterView:
        self.wishes.append(wish)
        return VIEW


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> Quiet:
    """The session of this process."""
    session = Quiet()
    monkeypatch.setattr(reach, "session", lambda: session)
    return session


@pytest.fixture
def shell(quiet: Quiet) -> Iterator[InteractiveShell]:
    """A shell with the extension loaded."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "funicular")
    yield shell
    if "funicular" in shell.extension_manager.loaded:
        shell.run_line_magic("unload_ext", "funicular")
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def test_bare_import_changes_nothing() -> None:
    """``import funicular`` alone routes nothing and loads nothing heavy."""
    check = (
        "import funicular, sys; from joblib import parallel as p; import dask; "
        "assert p.DEFAULT_BACKEND == 'loky' and dask.config.get('scheduler', None) is None; "
        "assert 'distributed' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", check], check=True, timeout=60)


def test_loading_routes_and_starts_nothing(shell: InteractiveShell) -> None:
    """Loaded, joblib and Dask are ours; loading twice is loading once."""
    shell.run_line_magic("load_ext", "funicular")
    shell.run_line_magic("reload_ext", "funicular")

    assert switch.is_on()
    assert joblib.parallel.DEFAULT_BACKEND == "funicular"
    assert isinstance(dask.config.get("scheduler"), SessionClient)
    hooks = [hook.__module__ for hook in shell.events.callbacks["post_run_cell"]]
    assert hooks.count("funicular.kernel.hooks") == 1


def test_unloading_leaves_no_trace(shell: InteractiveShell) -> None:
    """After unloading everything is as it was."""
    shell.run_line_magic("unload_ext", "funicular")

    assert joblib.parallel.DEFAULT_BACKEND == "loky"
    assert not isinstance(dask.config.get("scheduler", None), SessionClient)
    assert "scale" not in shell.magics_manager.magics["line"]
    assert not any("funicular" in hook.__module__ for hook in shell.events.callbacks["post_run_cell"])


def test_scale_magic_hands_over_the_wish(shell: InteractiveShell, quiet: Quiet) -> None:
    """``%scale 4 nodes 1 h`` asks for that; ``%scale`` shows; ``%scale why`` explains."""
    card = shell.run_line_magic("scale", "4 nodes 1 h")
    summary.explain("100 calls of `f` stayed in the kernel")

    assert (quiet.wishes[0].nodes, quiet.wishes[0].hours) == (4, 1.0)
    assert "4 nodes" in repr(card)
    assert "No cluster yet" in repr(shell.run_line_magic("scale", ""))
    assert "stayed in the kernel" in repr(shell.run_line_magic("scale", "why"))


def test_cell_that_used_the_cluster_gets_its_line(
    shell: InteractiveShell, quiet: Quiet, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line after it; a cell that stayed here prints nothing."""
    quiet.seen = VIEW
    shell.run_cell("x = 1")
    assert "core-h" not in capsys.readouterr().out

    shell.run_cell("from funicular.routing import summary; summary.record('fits', there=12)")
    assert "12 fits on 4 nodes (16 cores) in 0.0 s, 0.050 core-h" in capsys.readouterr().out


def test_our_errors_show_three_parts_not_frames(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    """A newcomer reads what, why and next, and where to read on."""
    shell.run_cell("%scale many nodes")

    shown = "".join(capsys.readouterr())
    assert "%scale cannot read 'many'" in shown and "Next: " in shown
    assert "errors/unreadable-scale" in shown
    assert "Traceback" not in shown
