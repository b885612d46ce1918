"""The line on which the notebook's toolbar asks: which cluster is this kernel's, and leave or join it.

The front end opens it and we speak only when asked: ipykernel then answers on a subshell, also while a
cell runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from funicular.routing import attachment

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

TARGET = "funicular.control"
VERBS: dict[str, Callable[[], None]] = {
    "look": lambda: None,
    "attach": attachment.attach,
    "detach": attachment.detach,
}


def install(shell: InteractiveShell) -> None:
    """Listen, where there is a kernel around the shell; a terminal has none."""
    if (manager := _manager(shell)) is not None:
        manager.register_target(TARGET, opened)


def remove(shell: InteractiveShell) -> None:
    """Listen no more."""
    if (manager := _manager(shell)) is not None and TARGET in manager.targets:
        manager.unregister_target(TARGET, opened)


def opened(comm: Any, message: Mapping[str, Any]) -> None:
    """The front end is there: each of its questions gets an answer."""
    comm.on_msg(lambda asked: comm.send(answer(asked["content"]["data"])))


def answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    """``{"id": ..., "verb": "look" | "attach" | "detach"}`` -> the id, and how the kernel stands then.

    cluster: the name that its cluster has or would have.   is_leaving: a running cell may still use it.
    """
    from funicular.clusters.naming import cluster_name

    verb = asked.get("verb")
    if verb not in VERBS:
        return {
            "id": asked.get("id"),
            "problem": f"The kernel knows no {verb!r}; it knows {', '.join(VERBS)}.",
        }
    VERBS[verb]()
    return {
        "id": asked.get("id"),
        "cluster": cluster_name(),
        "is_attached": attachment.is_attached(),
        "is_leaving": attachment.is_leaving(),
    }


def _manager(shell: InteractiveShell) -> Any:
    return getattr(getattr(shell, "kernel", None), "comm_manager", None)
