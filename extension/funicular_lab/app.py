"""Starts the server part: the session's name, the routes, the hold on its clusters, and what it tells."""

from __future__ import annotations

import os
import secrets
from functools import partial
from typing import TYPE_CHECKING

from jupyter_server.utils import url_path_join
from tornado.ioloop import PeriodicCallback

from funicular_lab import lease
from funicular_lab.bus import Bus
from funicular_lab.handlers import routes
from funicular_lab.parts import SETTING, Parts

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

BASE = "funicular"
TELL_EVERY_S = 0.5


def start(server: ServerApp) -> None:
    """Make this Jupyter server a session: kernels that it starts share one cluster."""
    session = name_session()
    parts = Parts(session)
    server.web_app.settings[SETTING] = parts
    base_url = server.web_app.settings["base_url"]
    server.web_app.add_handlers(
        ".*$", [(url_path_join(base_url, BASE, path), handler) for path, handler in routes()]
    )
    PeriodicCallback(lease.Lease(parts.clusters).look, lease.LOOK_EVERY_S * 1000).start()
    if server.event_logger is not None:
        PeriodicCallback(partial(parts.look, Bus(server.event_logger)), TELL_EVERY_S * 1000).start()
    server.log.info("Funicular: kernels of this server share the cluster %s.", session)


def name_session() -> str:
    """Give the session a name, which kernels inherit; a cluster that the user chose goes before it."""
    os.environ["FUNICULAR_SESSION"] = f"lab-{secrets.token_hex(3)}"
    return os.environ.get("FUNICULAR_CLUSTER") or os.environ["FUNICULAR_SESSION"]
