"""Starts the server part: the session's name, the routes, and the hold on the session's clusters."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from jupyter_server.utils import url_path_join
from tornado.ioloop import PeriodicCallback

from funicular_lab.clusters import Clusters
from funicular_lab.handlers import routes
from funicular_lab.lease import LOOK_EVERY_S, Lease

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

BASE = "funicular"
SETTING = "funicular_clusters"  # where handlers find the clusters in the web application's settings


def start(server: ServerApp) -> None:
    """Make this Jupyter server a session: kernels that it starts share one cluster."""
    session = name_session()
    clusters = Clusters(session)
    server.web_app.settings[SETTING] = clusters
    base_url = server.web_app.settings["base_url"]
    server.web_app.add_handlers(
        ".*$", [(url_path_join(base_url, BASE, path), handler) for path, handler in routes()]
    )
    PeriodicCallback(Lease(clusters).look, LOOK_EVERY_S * 1000).start()
    server.log.info("Funicular: kernels of this server share the cluster %s.", clusters.session)


def name_session() -> str:
    """Give the session a name, which kernels inherit; a cluster that the user chose goes before it."""
    os.environ["FUNICULAR_SESSION"] = f"lab-{secrets.token_hex(3)}"
    return os.environ.get("FUNICULAR_CLUSTER") or os.environ["FUNICULAR_SESSION"]
