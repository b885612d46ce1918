"""``%load_ext funicular``: routing, magics and the line after a cell, in any IPython kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funicular.errors import FunicularError
from funicular.kernel import control, hooks, magics, monitoring
from funicular.routing import switch

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Let this notebook's work use the session's cluster. Starts nothing; twice is once."""
    switch.on()
    monitoring.start()
    hooks.install(shell)
    magics.install(shell)
    control.install(shell)
    FunicularError._render_traceback_ = _in_short  # type: ignore[attr-defined]


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Leave the shell, joblib, Dask and cloudpickle as they were."""
    control.remove(shell)
    magics.remove(shell)
    hooks.remove(shell)
    monitoring.stop()
    switch.off()
    if hasattr(FunicularError, "_render_traceback_"):
        del FunicularError._render_traceback_


def _in_short(error: FunicularError, *_: object) -> list[str]:
    """What happened, why, and what to do next, in place of a page of our own frames."""
    return [f"{type(error).__name__}: {error}", f"More:  {error.page}"]
