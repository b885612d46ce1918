"""Dask's scheduler and worker without an HTTP port: the dashboard sits on a Unix socket, or nowhere.

distributed starts an unauthenticated HTTP server on a TCP port in every scheduler and worker, and has no
option for a Unix socket (2026.8). All of it goes through ``start_http_server``, which is replaced here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from distributed import Scheduler, Worker
from distributed.http.routing import RoutingApplication
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket

from funicular.clusters import too_much_input

BROKEN = "worker-handle-scheduler-connection-broken"  # distributed's word for a lost scheduler


class _NoAddress:
    """What the rest of distributed reads of an HTTP server: that it has no port."""

    address = ""
    port = 0

    def stop(self) -> None:
        """Nothing listens."""


class UnixScheduler(Scheduler):
    """A scheduler whose HTTP side (dashboard, metrics, our API) is reached by ``http_socket`` alone."""

    def __init__(self, *args: Any, http_socket: str, farewell: Callable[[Any], bool], **kwargs: Any) -> None:
        """farewell: hears of a worker's state before it is removed; true if its tasks are not to blame."""
        self._http_socket = http_socket
        self._farewell = farewell
        super().__init__(*args, **kwargs)

    async def remove_worker(
        self, address: str, *, stimulus_id: str, expected: bool = False, close: bool = True
    ) -> Literal["OK", "already-removed"]:
        if (worker := self.workers.get(self.coerce_address(address))) is not None:
            expected = self._farewell(worker) or expected
        return await super().remove_worker(address, stimulus_id=stimulus_id, expected=expected, close=close)

    def _transition(self, key: Any, finish: Any, stimulus_id: str, **kwargs: Any) -> Any:
        if finish == "erred" and "exception" in kwargs and (task := self.tasks.get(key)) is not None:
            kwargs["exception"] = too_much_input.in_words(kwargs["exception"], task, task.processing_on)
        return super()._transition(key, finish, stimulus_id, **kwargs)

    def start_http_server(
        self, routes: Any, dashboard_address: Any, default_port: int = 0, ssl_options: Any = None
    ) -> None:
        self.http_application = RoutingApplication(routes)
        server: Any = HTTPServer(self.http_application)
        server.add_socket(bind_unix_socket(self._http_socket, mode=0o600))
        server.address, server.port = "", 0  # bokeh's application reads them
        self.http_server = server


class QuietWorker(Worker):
    """A worker that listens to nothing but its TLS port and leaves at once when its scheduler is lost."""

    def start_http_server(
        self, routes: Any, dashboard_address: Any, default_port: int = 0, ssl_options: Any = None
    ) -> None:
        self.http_application = RoutingApplication(routes)
        self.http_server = _NoAddress()  # type: ignore[assignment]

    closed_because = ""  # the first reason given; later ones follow from it

    async def close(  # type: ignore[override]  # as in distributed
        self,
        timeout: float = 30,
        executor_wait: bool = True,
        nanny: bool = True,
        reason: str = "worker-close",
    ) -> str | None:
        if reason == BROKEN:  # else it would wait 30 s for a running task, and keep the job
            timeout, executor_wait = 1, False
        self.closed_because = self.closed_because or reason
        return await super().close(timeout, executor_wait, nanny, reason)
