"""Drills on the real Slurm: those that do not disturb each other run side by side, and each has its test.

FUNICULAR_DRILL_REPEAT=5 plays each five times (``make drill``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.faults.play import Play
from tests.needs import is_missing
from tests.slurm.conftest import alice, slurm_site
from tests.slurm.people import Person
from tests.slurm.running import RunningSite

__all__ = ["alice", "slurm_site"]

AT_ONCE = int(os.environ.get("FUNICULAR_DRILL_AT_ONCE", "5"))
REPEAT = int(os.environ.get("FUNICULAR_DRILL_REPEAT", "1"))


class Stage:
    """Plays drills, several at once; whoever wants the stage alone waits until these are over."""

    def __init__(self, site: RunningSite, person: Person, items: list[pytest.Function]) -> None:
        self._site = site
        self._person = person
        self._pool = ThreadPoolExecutor(AT_ONCE)
        beside = [item for item in items if is_beside_others(item)]
        beside.sort(key=lambda item: item.get_closest_marker("long") is None)  # the longest first
        self._played: dict[str, Future[None]] = {
            item.nodeid: self._pool.submit(self.play, item) for item in beside
        }

    def play(self, item: pytest.Function) -> None:
        play = Play(self._site, self._person, drill_name(item), item.callspec.params["play"])
        try:
            item.obj(play, **{name: value for name, value in item.callspec.params.items() if name != "play"})
        finally:
            play.clear()

    def result(self, item: pytest.Function) -> None:
        if is_beside_others(item):
            self._played[item.nodeid].result()
            return
        for each in self._played.values():
            each.exception()  # it is over
        self.play(item)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


def is_beside_others(item: pytest.Function) -> bool:
    return item.get_closest_marker("alone") is None


def drill_name(item: pytest.Function) -> str:
    given = [str(value) for name, value in item.callspec.params.items() if name != "play"]
    name = " ".join([(item.originalname or item.name).removeprefix("test_"), *given])
    return re.sub(r"[^a-z0-9]+", "-", name.replace("+", "plus ").replace("-1", "minus 1").lower()).strip("-")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "play" in getattr(item, "fixturenames", ()):
            item.add_marker("slurm")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "play" in metafunc.fixturenames:
        metafunc.parametrize("play", range(REPEAT), indirect=True, ids=lambda turn: f"turn{turn}")


@pytest.fixture(scope="session")
def stage(slurm_site: RunningSite, alice: Person, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The site with all drills that were asked for, playing."""
    if not slurm_site.layout.as_root:
        is_missing("drills need the site that only root can make (nodes of their own)")
    items = [item for item in request.session.items if "play" in getattr(item, "fixturenames", ())]
    stage = Stage(slurm_site, alice, items)
    yield stage
    stage.close()


@pytest.fixture
def play(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    """What the test's ``Play`` comes from; see ``pytest_pyfunc_call``."""
    return stage


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A drill's test gives the result of its play, which may be long over."""
    stage = pyfuncitem.funcargs.get("play")
    if not isinstance(stage, Stage):
        return None
    stage.result(pyfuncitem)
    return True
