"""What a cell used and where its time went. Little is done after a cell; the rest when it is asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter, thread_time

from funicular.clusters.memory import machine_bytes
from funicular.profiling.files import Files
from funicular.profiling.readings import Reading, Seen, read_now, used
from funicular.profiling.sampler import Sampler, Tally
from funicular.profiling.session import CellProfile, Frame, Stack
from funicular.profiling.shares import statement_times
from funicular.profiling.stacks import resolve
from funicular.schedulers.local_machine import cores_here

KEPT = 20


@dataclass(frozen=True, slots=True)
class Measured:
    """A cell that is over, as it was written down.   names: what its files are called."""

    title: str
    wall_s: float
    before: Reading
    after: Reading
    tally: Tally
    hook_s: float
    names: Mapping[str, str]
    problem: str = ""


class Monitor:
    """Measures one cell at a time; one within another is part of it."""

    def __init__(self, stops: frozenset[int]) -> None:
        self._sampler = Sampler(stops)
        self._depth, self._begun_s, self._hook_s = 0, 0.0, 0.0
        self._before = Reading(0.0, 0.0)
        self.cells: deque[Measured] = deque(maxlen=KEPT)

    def begin(self) -> None:
        """A cell begins in this thread."""
        self._depth += 1
        if self._depth > 1:
            return
        begun = thread_time()
        self._before = read_now()
        self._sampler.begin()
        self._begun_s, self._hook_s = perf_counter(), thread_time() - begun

    def end(self, title: str, names: Callable[[], Mapping[str, str]], problem: str = "") -> Measured | None:
        """It ended; ``None`` when it was part of another, or had begun before we were here."""
        self._depth = max(0, self._depth - 1)
        if self._depth or not self._begun_s:
            return None
        begun, wall_s = thread_time(), perf_counter() - self._begun_s
        self._begun_s = 0.0
        tally, after = self._sampler.end(), read_now()
        hook_s = self._hook_s + thread_time() - begun
        found = Measured(title, wall_s, self._before, after, tally, hook_s, names(), problem)
        self.cells.append(found)
        return found


def profile_of(cell: Measured) -> CellProfile:
    """What was written down as statements and stacks."""
    files, tally = Files(cell.names), cell.tally
    main = resolve(tally.main, tally.codes, files.name)
    all_s = sum(main.values())
    main.pop((), None)
    others = _from_users_code(resolve(tally.others, tally.codes, files.name), files)
    numbers: dict[Frame, int] = {}
    stacks = [
        Stack(tuple(numbers.setdefault(frame, len(numbers)) for frame in frames), seconds, in_threads)
        for kind, in_threads in ((main, False), (others, True))
        for frames, seconds in kind.items()
    ]
    statements = statement_times(main, files.units)
    seen = Seen(tally.memory_bytes, tuple(tally.runnable))
    return CellProfile(
        title=cell.title,
        wall_s=cell.wall_s,
        used=used(cell.before, cell.after, seen, cores=cores_here(), memory_limit_bytes=machine_bytes()),
        statements=statements + statement_times(others, files.units, in_threads=True),
        frames=tuple(numbers),
        stacks=tuple(stacks),
        other_s=max(0.0, all_s - sum(each.wall_s for each in statements if not each.depth)),
        monitor_s=tally.cpu_s + cell.hook_s,
        samples=tally.samples,
        problem=cell.problem,
    )


def _from_users_code(
    stacks: Mapping[tuple[Frame, ...], float], files: Files
) -> dict[tuple[Frame, ...], float]:
    """Other threads from where they enter the user's code; those that never do are left out."""
    found: dict[tuple[Frame, ...], float] = {}
    for stack, seconds in stacks.items():
        entered = next((n for n, frame in enumerate(stack) if files.units(frame.file)), None)
        if entered is not None:
            key = stack[entered:]
            found[key] = found.get(key, 0.0) + seconds
    return found
