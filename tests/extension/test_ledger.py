"""The panel's ledger asks about jobs that an ended controller left open, but not all the time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from funicular.clusters.ledger import COMMITTED, STARTED, Line, charges
from funicular_lab.ledger import AFTER_END_S, SETTLES_EVERY_S, Ledger

RUN = "host/1/1"


@dataclass
class World:
    """Lines of a ledger, whether their controller lives, and when schedulers were asked about them."""

    is_dead: bool = False
    now_s: float = 1000.0
    asked_at: list[float] = field(default_factory=list)
    lines: tuple[Line, ...] = (
        Line(COMMITTED, 1.0, "lab", RUN, name="b1", site="local", nodes=1, cores=2, walltime_s=1800),
        Line(STARTED, 2.0, "lab", RUN, name="b1", site="local", nodes=1, cores=2, since_s=2.0),
    )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()

    def up_to_date(now_s: float) -> tuple[object, int]:
        world.asked_at.append(world.now_s)
        return charges(world.lines), 0

    clock = SimpleNamespace(time=time.time, monotonic=lambda: world.now_s)
    monkeypatch.setattr("funicular.clusters.ledger_file.read", lambda: (world.lines, 0))
    monkeypatch.setattr("funicular.clusters.settling.run_is_dead", lambda run: world.is_dead)
    monkeypatch.setattr("funicular.clusters.statement.up_to_date", up_to_date)
    monkeypatch.setattr("funicular_lab.ledger.time", clock)
    return world


def look(world: World, book: Ledger, seconds: int) -> list[float]:
    """Read the ledger once a second; when schedulers were asked, in seconds from now."""
    began = world.now_s
    world.asked_at.clear()
    for _ in range(seconds):
        book.read(())
        world.now_s += 1
    return [at - began for at in world.asked_at]


def test_open_jobs_of_a_living_controller_are_its_own_business(world: World) -> None:
    """Nothing is asked but now and then."""
    assert look(world, Ledger(), 600) == [0.0, SETTLES_EVERY_S]


def test_jobs_that_an_ended_controller_left_are_asked_about_soon(world: World) -> None:
    """At most ten seconds later, then ever more rarely, while nothing is learnt."""
    book = Ledger()
    look(world, book, 60)
    world.is_dead = True

    assert look(world, book, 140) == [0.0, 2 * AFTER_END_S, 6 * AFTER_END_S]


def test_the_next_ended_controller_is_asked_about_soon_again(world: World) -> None:
    """Once all is known, patience is as at first."""
    book = Ledger()
    world.is_dead = True
    look(world, book, 300)
    world.is_dead = False
    look(world, book, 600)
    world.is_dead = True

    assert look(world, book, 50)[:2] == [0.0, 2 * AFTER_END_S]
