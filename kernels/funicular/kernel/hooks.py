"""Around each cell: a fresh tally before; what it took, the workers' last output and one line after."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from funicular.errors import FunicularError
from funicular.kernel import monitoring
from funicular.routing import attachment, modules, reach, spans, summary

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def install(shell: InteractiveShell) -> None:
    """Hook into the shell. Twice is once."""
    remove(shell)
    shell.events.register("pre_run_cell", before_cell)
    shell.events.register("post_run_cell", after_cell)


def remove(shell: InteractiveShell) -> None:
    """Unhook from the shell."""
    for event, hook in (("pre_run_cell", before_cell), ("post_run_cell", after_cell)):
        if hook in shell.events.callbacks[event]:
            shell.events.unregister(event, hook)


def before_cell(info: Any = None) -> None:
    """A cell begins."""
    attachment.cell_begins()
    summary.begin()
    shell = sys.modules["IPython"].get_ipython()
    spans.begin("" if shell is None else f"cell {shell.execution_count}")
    monitoring.before_cell(info)


def after_cell(result: Any = None) -> None:
    """A cell ended: what workers printed is shown, and what the cluster did is told."""
    try:
        monitoring.after_cell(sys.modules["IPython"].get_ipython(), result)
        _tell()
    finally:
        attachment.cell_ends()


def _tell() -> None:
    if "cloudpickle" in sys.modules:
        modules.register()
    if not summary.used_cluster():
        return
    from funicular.clusters import output

    output.flush()
    session = reach.session()
    try:
        view = None if session.connected() is None else session.view()
    except FunicularError:
        view = None  # the controller is busy or gone; what ran is told all the same
    print(summary.line(view))
