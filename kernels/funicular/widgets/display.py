"""``funicular.cluster``: displayed, the cluster as it changes; called, the cluster as it is now."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import Any

from funicular.errors import FunicularError
from funicular.routing import api
from funicular.routing.cards import ClusterCard, Words

WIDGET = "application/vnd.jupyter.widget-view+json"


class Cluster:
    """A verb that can also be looked at: a widget in a notebook, the same as text elsewhere."""

    def __call__(self) -> ClusterCard | Words:
        """The session's cluster as it is now: what it has, what it costs, what waits and why."""
        return api.cluster()

    def __repr__(self) -> str:
        return repr(self._card())

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """All of it: the front end takes the widget where it can draw one, and else the words."""
        card = self._card()
        shown: dict[str, Any] = {"text/plain": repr(card), "text/html": card._repr_html_()}
        if in_kernel():
            from funicular.widgets.cluster import widget

            shown[WIDGET] = {"version_major": 2, "version_minor": 0, "model_id": widget().model_id}
        return shown

    def _card(self) -> ClusterCard | Words:
        try:
            return self()
        except FunicularError as error:
            return Words(str(error))


def in_kernel() -> bool:
    """Whether a front end is behind this process that can draw more than text."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None


cluster = Cluster()
