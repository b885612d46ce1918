"""Which statements took the time: from call stacks to statements and whole loops. Pure.

A statement that calls a function of the user's is followed by the statements of that function, unless it is
a loop: inside of it, and of what it calls, lines cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from funicular.profiling.session import Frame, StatementTime
from funicular.profiling.statements import Unit

Units = Callable[[str], Mapping[int, Unit]]  # of a file of the user's; of another one: empty
Path = tuple[tuple[str, Unit], ...]
LEAST_SHARE = 0.001


def statement_times(
    stacks: Mapping[tuple[Frame, ...], float], units_of: Units, *, in_threads: bool = False
) -> tuple[StatementTime, ...]:
    """The statements, the longest first, each followed by those that it called."""
    seconds: dict[Path, float] = {}
    called: dict[Path, dict[str, float]] = {}
    for stack, taken in stacks.items():
        path, call = _follow(stack, units_of)
        for n in range(1, len(path) + 1):
            seconds[path[:n]] = seconds.get(path[:n], 0.0) + taken
        if call:
            calls = called.setdefault(path, {})
            calls[call] = calls.get(call, 0.0) + taken
    total = sum(stacks.values())
    found: list[StatementTime] = []

    def put(parent: Path) -> None:
        inside = [path for path in seconds if len(path) == len(parent) + 1 and path[:-1] == parent]
        for path in sorted(inside, key=lambda path: -seconds[path]):
            if seconds[path] >= LEAST_SHARE * total:
                found.append(_time(path, seconds[path], called.get(path, {}), in_threads))
                put(path)

    put(())
    return tuple(found)


def _follow(stack: Sequence[Frame], units_of: Units) -> tuple[Path, str]:
    """The statements from the cell inwards, and how the last one writes the call that it was in."""
    path: list[tuple[str, Unit]] = []
    for n, frame in enumerate(stack):
        unit = units_of(frame.file).get(frame.line)
        if unit is None:
            break
        if any(frame.function == each.function and frame.function for _, each in path):
            break  # it calls itself
        path.append((frame.file, unit))
        rest = [each for each in stack[n + 1 :] if each.file != frame.file or each.function[:1] != "<"]
        if not rest:
            return tuple(path), "" if unit.is_loop else unit.only_call
        is_ours = bool(units_of(rest[0].file))
        if unit.is_loop or rest[0].function not in unit.calls or not is_ours or rest[0] is not stack[n + 1]:
            return tuple(path), unit.calls.get(rest[0].function, unit.only_call)
    return tuple(path), ""


def _time(path: Path, seconds: float, calls: Mapping[str, float], in_threads: bool) -> StatementTime:
    file, unit = path[-1]
    call = max(calls, key=lambda each: calls[each], default="")
    return StatementTime(
        file=file,
        line=unit.line,
        end_line=unit.end_line,
        text=unit.text,
        wall_s=seconds,
        is_loop=unit.is_loop,
        depth=len(path) - 1,
        function=unit.function,
        call=call,
        call_s=calls.get(call, 0.0),
        in_threads=in_threads,
    )
