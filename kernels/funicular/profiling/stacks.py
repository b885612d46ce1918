"""From what the sampler wrote down to call stacks that people can read. Pure.

A function that was entered but has done nothing yet took no time: the interpreter lets others run at a
function's first instruction, so what was waited for there is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import CodeType

from funicular.profiling.session import Frame

Raw = tuple[int, ...]  # id of the code and last instruction, in turn, the innermost first
ENDED = -1  # in place of an instruction: the code has just ended
DEEPEST = 64


def resolve(
    weights: Mapping[Raw, float], codes: Mapping[int, CodeType], file_of: Callable[[str], str]
) -> dict[tuple[Frame, ...], float]:
    """Seconds by stack, the caller first. The empty stack is time outside of all that is looked at."""
    frames: dict[tuple[int, int], tuple[Frame, bool]] = {}
    found: dict[tuple[Frame, ...], float] = {}
    for raw, seconds in weights.items():
        pairs = list(zip(raw[::2], raw[1::2], strict=True))
        stack = []
        for n, pair in enumerate(pairs):
            if pair not in frames:
                frames[pair] = _frame(codes[pair[0]], pair[1], file_of)
            frame, is_entry = frames[pair]
            if n or not is_entry or len(pairs) == 1:
                stack.append(frame)
        key = tuple(reversed(stack))[:DEEPEST]
        found[key] = found.get(key, 0.0) + seconds
    return found


def fold(weights: Mapping[Raw, float], most: int) -> dict[Raw, float]:
    """The heaviest stacks as they are, the others cut to their three outermost calls. No time is lost."""
    kept = dict(sorted(weights.items(), key=lambda item: -item[1])[:most])
    for raw, seconds in weights.items():
        if raw not in kept:
            short = raw[-6:]
            kept[short] = kept.get(short, 0.0) + seconds
    return kept if len(kept) <= 2 * most else _without_lines(kept)


def _without_lines(weights: Mapping[Raw, float]) -> dict[Raw, float]:
    """Only the outermost call of each, which says the statement."""
    found: dict[Raw, float] = {}
    for raw, seconds in weights.items():
        found[raw[-2:]] = found.get(raw[-2:], 0.0) + seconds
    return found


def _frame(code: CodeType, instruction: int, file_of: Callable[[str], str]) -> tuple[Frame, bool]:
    """The frame, and whether its function has only just been entered."""
    line = _first_line(code) if instruction == ENDED else _line(code, instruction)
    frame = Frame(code.co_name, file_of(code.co_filename), line)
    return frame, code.co_name[:1] != "<" and line == code.co_firstlineno


def _line(code: CodeType, instruction: int) -> int:
    line = code.co_firstlineno
    for start, end, number in code.co_lines():
        if start <= instruction < end:
            return number or line
        line = number or line
    return line


def _first_line(code: CodeType) -> int:
    numbers: Iterable[int | None] = (number for _, _, number in code.co_lines())
    return next((number for number in numbers if number), code.co_firstlineno)
