"""The Jupyter Server side of Funicular: this user's clusters over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "@funicular/lab"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "funicular_lab"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    from funicular_lab.app import start

    start(server)
