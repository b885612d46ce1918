"""Ask a controller through its Unix socket: JSON over HTTP, standard library only."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from typing import Any

from funicular.clusters.registry import Entry
from funicular.errors import FunicularError
from funicular.messages import ClusterView, from_json

VERSION = "v1"


class ControllerSilent(FunicularError):
    """The controller of a cluster is gone or does not answer."""

    code = "controller-silent"
    status = 503


class ClusterProblem(FunicularError):
    """The cluster cannot do what was asked; the sentences are the controller's."""

    code = "cluster-problem"
    status = 502


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def call(entry: Entry, verb: str, *, timeout: float = 5, **fields: Any) -> Any:
    """What the controller answers to ``verb`` with these fields, as JSON types.

    Raises ``ControllerSilent`` when there is no answer within ``timeout`` seconds, and
    ``ClusterProblem`` with the controller's own what, why and next.
    """
    connection = _UnixConnection(entry.socket, timeout)
    try:
        connection.request("POST", f"/api/{VERSION}/{verb}", json.dumps(fields))
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise _silent(entry, error) from error
    finally:
        connection.close()
    message = json.loads(body) if body else None
    if answer.status >= 400:
        raise as_error(message)
    return message


def view(entry: Entry, *, timeout: float = 5) -> ClusterView:
    """The cluster as its controller sees it now."""
    return from_json(ClusterView, call(entry, "view", timeout=timeout))


def as_error(problem: Mapping[str, Any] | None) -> ClusterProblem:
    """The error that a problem object of the controller stands for."""
    problem = problem or {}
    error = ClusterProblem(
        str(problem.get("title") or problem.get("what") or "The cluster could not do this."),
        why=str(problem.get("detail") or problem.get("why") or ""),
        next_step=str(problem.get("next_step") or ""),
    )
    code = str(problem.get("code") or "").strip()
    if code:
        error.code = code  # type: ignore[misc]  # the page is the one of the original error
    return error


def _silent(entry: Entry, error: Exception) -> ControllerSilent:
    alive = entry.is_alive
    if alive is None:
        why = f"It runs on {entry.host}, which cannot be reached from here ({error})."
    elif alive:
        why = f"Its process {entry.process.pid} is there but did not answer ({error})."
    else:
        why = f"Its process {entry.process.pid} has ended. Jobs that it started end by themselves."
    return ControllerSilent(
        f"The cluster {entry.name} does not answer.",
        why=why,
        next_step="Run the cell again: a cluster is then found or started anew.",
    )
