"""Whether this process's work may go to the session's cluster: yes, until its notebook is detached."""

from __future__ import annotations

_is_attached = True
_cell_runs = False
_was_on = False


def is_attached() -> bool:
    """Whether work may leave this process by itself."""
    return _is_attached


def is_leaving() -> bool:
    """Whether the running cell may still use the cluster although the notebook is detached."""
    return _cell_runs and not _is_attached


def attach() -> None:
    """Let work go again. Starts nothing."""
    global _is_attached, _was_on
    from funicular.routing import switch

    _is_attached = True
    if _was_on:
        switch.on()
        _was_on = False


def detach() -> None:
    """Leave joblib and Dask as they are without us, and give up this process's claim on the cluster.

    The cluster stays for others. While a cell runs its work comes home first: all this happens at its end.
    """
    global _is_attached
    _is_attached = False
    if not _cell_runs:
        _leave()


def cell_begins() -> None:
    """A cell begins."""
    global _cell_runs
    _cell_runs = True


def cell_ends() -> None:
    """A cell ended: a claim that was given up meanwhile goes now."""
    global _cell_runs
    _cell_runs = False
    if not _is_attached:
        _leave()


def _leave() -> None:
    global _was_on
    from funicular.routing import reach, switch

    _was_on = _was_on or switch.is_on()
    switch.off()
    reach.session().leave()
