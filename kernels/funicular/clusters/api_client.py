"""Ask a controller: JSON over HTTP, on its Unix socket here, over TLS elsewhere. Standard library only."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from typing import Any

from funicular.clusters import api_line, registry, whereabouts
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

    While the job that brings it is still to start, what can be said without it (``arriving``).
    Raises ``ControllerSilent`` when there is no answer within ``timeout`` seconds, and
    ``ClusterProblem`` with the controller's own what, why and next.
    """
    if entry.is_coming:
        now = registry.read(entry.name)
        if now is None or now.is_coming:
            from funicular.clusters import arriving

            return arriving.answer(entry, verb, fields)
        entry = now
    connection: http.client.HTTPConnection | None = None
    try:
        connection = connection_to(entry, timeout)
        connection.request("POST", f"/api/{VERSION}/{verb}", json.dumps(fields))
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise _silent(entry, error) from error
    finally:
        if connection is not None:
            connection.close()
    message = json.loads(body) if body else None
    if answer.status >= 400:
        raise as_error(message)
    return message


def connection_to(entry: Entry, timeout: float) -> http.client.HTTPConnection:
    """A connection to the controller's HTTP side, wherever it is. Raises ``OSError``."""
    if entry.is_here or not entry.api_port:
        return _UnixConnection(entry.socket, timeout)
    return api_line.connection(entry, timeout)


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
    if isinstance(status := problem.get("status"), int):
        error.status = status  # type: ignore[misc]  # a user's mistake stays one
    return error


def _silent(entry: Entry, error: Exception) -> ControllerSilent:
    alive = entry.is_alive
    if alive is None and entry.job:
        seen = whereabouts.look(entry)
        why = f"Its controller runs in job {entry.job} on {entry.host}, which did not answer ({error})."
        if seen.is_over:
            why = f"Its controller ran in job {entry.job}, which is over: {seen.reason or 'it ended'}."
    elif alive is None:
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
