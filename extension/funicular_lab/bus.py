"""What the server says of its own accord: events on Jupyter's bus, each by its schema in ``events/``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from funicular.messages import to_json
from funicular_lab.answers import ClusterAnswer, ObituaryView

SCHEMAS = Path(__file__).parent / "events"
BASE = "https://events.funicular.dev"
CHANGED = f"{BASE}/cluster-changed/v1"
GONE = f"{BASE}/cluster-gone/v1"
DIED = f"{BASE}/died/v1"
WAIT_ENDED = f"{BASE}/wait-ended/v1"
HELLO = f"{BASE}/hello/v1"  # a front end says it to itself


class Logger(Protocol):
    """What is needed of Jupyter's ``EventLogger``."""

    def register_event_schema(self, schema: Path) -> None: ...

    def emit(self, *, schema_id: str, data: dict[str, Any]) -> Any: ...


class Bus:
    """Our events; nothing is made of one while nobody listens."""

    def __init__(self, logger: Logger) -> None:
        self._logger = logger
        for schema in sorted(SCHEMAS.glob("*.yaml")):
            logger.register_event_schema(schema)

    @property
    def is_heard(self) -> bool:
        """Whether somebody listens: a front end's event stream, or an extension's."""
        kinds = ("_unmodified_listeners", "_modified_listeners")  # jupyter_events has no public word for it
        return any(getattr(self._logger, kind, {}).get(CHANGED) for kind in kinds)

    def changed(self, cluster: ClusterAnswer) -> None:
        self._logger.emit(schema_id=CHANGED, data={"cluster": to_json(cluster)})

    def gone(self, name: str) -> None:
        self._logger.emit(schema_id=GONE, data={"name": name})

    def died(self, obituary: ObituaryView) -> None:
        self._logger.emit(schema_id=DIED, data={"obituary": to_json(obituary)})

    def wait_ended(self, cluster: str, *, waited_s: float, nodes: int, workers: int) -> None:
        data = {"cluster": cluster, "waited_s": waited_s, "nodes": nodes, "workers": workers}
        self._logger.emit(schema_id=WAIT_ENDED, data=data)
