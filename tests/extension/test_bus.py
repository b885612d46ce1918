"""Every event has a schema, and what is emitted is valid by it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from jsonschema import ValidationError  # type: ignore[import-untyped]
from jupyter_events import EventLogger
from jupyter_events.validators import validate_schema

from funicular.clusters.obituary import Obituary
from funicular.messages import BlockView, ClusterView
from funicular_lab import bus
from funicular_lab.answers import ClusterAnswer, Problem
from funicular_lab.bus import Bus
from funicular_lab.obituaries import view_of

NAMES = {bus.CHANGED, bus.GONE, bus.DIED, bus.WAIT_ENDED, bus.HELLO}
SCHEMAS = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in bus.SCHEMAS.glob("*.yaml")]


def test_every_event_has_a_schema_and_every_schema_an_event() -> None:
    """The addresses that are emitted are those of the files, and end with their version."""
    assert {schema["$id"] for schema in SCHEMAS} == NAMES
    assert all(schema["$id"].endswith(f"/v{schema['version']}") for schema in SCHEMAS)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema["$id"].split("/")[-2])
def test_a_schema_is_complete(schema: dict[str, Any]) -> None:
    """Jupyter takes it; it says whether it holds personal data, and refuses keys that it does not know."""
    validate_schema(schema)

    assert schema["personal-data"] in (True, False)
    assert schema["additionalProperties"] is False
    assert schema["title"] and schema["description"]


@pytest.fixture
def heard() -> tuple[Bus, list[tuple[str, dict[str, Any]]]]:
    """A bus on a real event logger, and what a listener of it hears."""
    logger, seen = EventLogger(), []
    made = Bus(logger)

    async def listen(logger: EventLogger, schema_id: str, data: dict[str, Any]) -> None:
        seen.append((schema_id, data))

    logger.add_listener(listener=listen)
    return made, seen


def block() -> BlockView:
    return BlockView("b1", "17", "running", "", 1, ("n1",), 2, 3.0, 4.0)


async def test_all_that_is_emitted_is_valid(heard: tuple[Bus, list[Any]]) -> None:
    """A cluster with and without a view, a death, an end and a wait pass their schemas; nothing is lost."""
    made, _ = heard
    view = ClusterView("a", "slurm", "running", 1, 2, 2, 0.5, (block(),))
    problem = Problem("t", "title", 503, "d", "n", "m")
    made.changed(ClusterAnswer("a", "slurm", "login1", True, view, None))
    made.changed(ClusterAnswer("a", "slurm", "login1", False, None, problem))
    made.gone("a")
    made.died(view_of("a", Obituary("worker", "w", "why", 1.0, curve=((-1.0, 2.0),)), is_alive=True))
    made.wait_ended("a", waited_s=60.0, nodes=1, workers=2)


async def test_what_is_not_valid_is_an_error_here(heard: tuple[Bus, list[Any]]) -> None:
    """The schemas are really looked at."""
    made, _ = heard
    with pytest.raises(ValidationError):
        made.gone(3)  # type: ignore[arg-type]


def test_nobody_listens_until_somebody_does(heard: tuple[Bus, list[Any]]) -> None:
    """A bus without a listener is told apart: nothing need be watched for it."""
    made, _ = heard

    assert made.is_heard
    assert not Bus(EventLogger()).is_heard
