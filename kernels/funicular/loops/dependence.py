"""Whether accesses of different turns can meet: subscripts as functions of the turn's position."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from funicular.loops.polynomial import Poly, constant
from funicular.loops.values import KEPT, REFERENCE, Path, Step


@dataclass(frozen=True, slots=True)
class Meeting:
    """When the writer's turn p and the reader's turn q touch the same slot.

    how: "never", "same" (only p = q), "apart" (p - q = distance, always), "later" (only p > q: the reader
    sees the value from before the loop), "any".
    """

    how: str
    distance: int = 0

    @property
    def flows(self) -> bool:
        """Whether a value may go from a turn to a later one."""
        return self.how == "any" or (self.how == "apart" and self.distance < 0)


NEVER, SAME, ANY, LATER = Meeting("never"), Meeting("same"), Meeting("any"), Meeting("later")


def meeting(written: Path, read: Path, position: str, count: Poly | None) -> Meeting:
    """When a write to one path and a read of another meet. count: turns of the loop, if known."""
    if any(step.what == "reference" for step in (*written, *read)):
        if REFERENCE not in written:
            return _anywhere(_referred(read), written)
        if REFERENCE not in read:
            return _anywhere(_referred(written), read)
        written, read = _referred(written), _referred(read)
        written, read = written[-len(read) :] if read else written, read[-len(written) :] if written else read
    result = ANY
    written, read = _plain(written), _plain(read)
    for one, other in zip(written, read, strict=False):
        if "view" in (one.what, other.what):
            if one == other and (not one.varies or result.how == "same"):
                continue
            return result
        result = both(result, of_steps(one, other, position, count))
        if result.how == "never":
            return NEVER
    return result


def _referred(path: Path) -> Path:
    """The steps after the last reference, from which on it is not known which object it is."""
    last = max((index for index, step in enumerate(path) if step.what == "reference"), default=-1)
    return path[last + 1 :]


def _anywhere(inside: Path, path: Path) -> Meeting:
    """Whether ``inside``, from some object on the way along ``path``, may lead further on that way."""
    inside = _plain(inside)
    for start in range(len(path)):
        pairs = zip(inside, _plain(path[start:]), strict=False)
        if all(_alike(one, other) for one, other in pairs):
            return ANY
    return NEVER


def _alike(one: Step, other: Step) -> bool:
    """Whether the steps may be the same one; their numbers count in different containers."""
    if {one.what, other.what} == {"index", "field"}:
        return False
    if one.what == other.what and one.what in ("key", "field"):
        return one.text == other.text
    return True


def _plain(path: Path) -> Path:
    return tuple(step for step in path if step != KEPT)


def both(one: Meeting, other: Meeting) -> Meeting:
    """Both steps must meet at the same time."""
    if "never" in (one.how, other.how):
        return NEVER
    if one.how == "any":
        return other
    if other.how == "any" or one == other:
        return one
    distances = {meet.distance if meet.how == "apart" else 0 for meet in (one, other) if meet.how != "later"}
    if len(distances) == 2:
        return NEVER
    if "later" in (one.how, other.how):
        exact = one if other.how == "later" else other
        return NEVER if exact.how == "same" or exact.distance <= 0 else exact
    return one


def of_steps(one: Step, other: Step, position: str, count: Poly | None) -> Meeting:
    pair = (one.what, other.what)
    if pair in (("key", "key"), ("field", "field")):
        return ANY if one.text == other.text else NEVER
    if pair == ("index", "index"):
        if one.low is None or other.low is None:
            return ANY
        return of_points(one.low, other.low, position, count)
    if pair == ("index", "key") or pair == ("key", "index"):
        point, fixed = (one.low, other.text) if one.what == "index" else (other.low, one.text)
        return NEVER if point is not None and not _may_spell(point, fixed) else ANY
    if pair == ("span", "span"):
        return of_spans(one, other, position)
    if "span" in pair and "index" in pair:
        span, index = (one, other) if one.what == "span" else (other, one)
        return of_span_and_point(span, index.low, position)
    return ANY


def _may_spell(point: Poly, fixed: str) -> bool:
    """Whether a key can be this constant: numbers are no texts, ``f"lag_{k}"`` does not end up as "price"."""
    if point.number is not None:
        return False
    text = fixed.strip("'\"")
    for name in point.names:
        if name.startswith("'"):
            first, _, last = name[1:].partition("{}")
            if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
                return False
    return True


def of_points(written: Poly, read: Poly, position: str, count: Poly | None) -> Meeting:
    """``factor*p + rest`` of the write against that of the read."""
    for symbol in (position, position + "key"):
        first, second = written.split(symbol), read.split(symbol)
        if first is None or second is None:
            return ANY
        if symbol in written.names or symbol in read.names:
            break
    else:
        distance = (written - read).number
        inner = any(name.startswith(("#", "?")) for name in written.names | read.names)
        below = any(one.number is not None and one.number < 0 for one in (written, read))
        return ANY if inner or below or not distance else NEVER
    (factor, rest), (other_factor, other_rest) = first, second
    if any(
        name.startswith(("#", "?"))
        for name in (rest.names | other_rest.names | factor.names | other_factor.names)
    ):
        return ANY
    ahead = factor == other_factor and _ahead(factor, rest, other_rest, count)
    if symbol == position and (
        _wraps(factor, rest, count) or (_wraps(other_factor, other_rest, count) and not ahead)
    ):
        return ANY
    gap = other_rest - rest  # factor * (p - q) = gap
    if factor == other_factor and factor.terms:
        if not gap.terms:
            return SAME
        if any(name.startswith("'") for name in gap.names):  # names with different fixed ends
            return NEVER
        if symbol != position:  # keys are all different, but one may be another one plus 1
            return ANY
        if factor.number is not None:
            return _apart(factor.number, gap, count)
        return ANY
    if factor.number in (1, -1) and not other_factor.terms and symbol == position:
        return _fixed(gap if factor.number == 1 else -gap, count)
    if factor == -other_factor and factor.number in (1, -1) and symbol == position and count is not None:
        total = gap if factor.number == 1 else -gap  # p + q = total, and both are below count
        if (total - count - count + constant(1)).never_negative() or (-total - constant(1)).never_negative():
            return NEVER
    if factor.number is not None and other_factor.number is not None and gap.number is not None:
        return _crossing(factor.number, other_factor.number, gap.number, count)
    return ANY


def _wraps(factor: Poly, rest: Poly, count: Poly | None) -> bool:
    """Whether a subscript may fall below zero, where it counts from the end."""
    if rest.number is None:
        return not any(times > 0 for names, times in rest.terms if names)
    if rest.number < 0:
        return True
    if factor.number is None or factor.number >= 0:
        return False
    turns = count.number if count is not None else None
    return turns is None or rest.number + factor.number * (turns - 1) < 0


def _ahead(factor: Poly, rest: Poly, other_rest: Poly, count: Poly | None) -> bool:
    """Whether reads below zero, in the first turns, find nothing that an earlier turn wrote.

    Turn q reads ``len + f*q - c``, which a turn p < q wrote as ``f*p + rest`` only where len <= rest + c - f.
    All places exist: f*(turns - 1) + rest < len and c <= len, so that needs both rest >= f and c > f*turns.
    """
    step = factor.number
    if step is None or step <= 0:
        return False
    if rest.number is not None and rest.number < step:
        return True
    turns = (count.number if count is not None else None) or 1
    return other_rest.number is not None and -other_rest.number <= step * turns


def _apart(factor: int, gap: Poly, count: Poly | None) -> Meeting:
    if gap.number is not None:
        if gap.number % factor:
            return NEVER
        distance = gap.number // factor
        if count is not None and count.number is not None and abs(distance) >= count.number:
            return NEVER
        return Meeting("apart", distance)
    if count is not None and abs(factor) == 1:
        for side in (gap, -gap):
            if (side - count).never_negative():
                return NEVER
    return ANY


def _fixed(turn: Poly, count: Poly | None) -> Meeting:
    """All turns read the slot that turn ``turn`` writes: if there is such a turn."""
    if (-turn - constant(1)).never_negative():
        return NEVER
    if count is not None and (turn - count).never_negative():
        return NEVER
    if count is not None and not (count - turn - constant(1)).terms:  # written by the last turn
        return LATER
    return ANY


def _crossing(factor: int, other: int, gap: int, count: Poly | None) -> Meeting:
    """``factor*p - other*q = gap`` with different factors: the GCD test, and all pairs when they are few."""
    divisor = gcd(factor, other)
    if divisor == 0 or gap % divisor:
        return NEVER
    turns = count.number if count is not None else None
    if turns is None or turns > 300:
        if other == 0 and factor and turns is None:
            return ANY
        return ANY
    flows = later = False
    for p in range(turns):
        for q in range(turns):
            if factor * p - other * q == gap and p != q:
                flows, later = flows or p < q, later or p > q
    return ANY if flows else LATER if later else SAME


def of_spans(one: Step, other: Step, position: str) -> Meeting:
    """Blocks ``[low, high)`` that move by at least their width do not overlap."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return ANY
    if one.low != other.low or one.high != other.high:
        return ANY
    return SAME if _is_block(one, position) else ANY


def of_span_and_point(span: Step, point: Poly | None, position: str) -> Meeting:
    if span.low is None or span.high is None or point is None or not _is_block(span, position):
        return ANY
    low, where = span.low.split(position), point.split(position)
    if low is None or where is None or low[0] != where[0]:
        return ANY
    offset, width = where[1] - low[1], span.high - span.low
    inside = offset.never_negative() and (width - offset - constant(1)).never_negative()
    return SAME if inside else ANY


def _is_block(span: Step, position: str) -> bool:
    assert span.low is not None and span.high is not None
    low = span.low.split(position)
    width = span.high - span.low
    if low is None or not low[0].terms or any(name.startswith("#") for name in low[0].names | width.names):
        return False
    if any(name.startswith("#") for name in low[1].names):
        return False
    return (low[0] - width).never_negative()


def varies(path: Path, position: str) -> bool:
    """Whether a path leads to another slot in another turn."""
    names = {
        name for step in path for poly in (step.low, step.high) if poly is not None for name in poly.names
    }
    return any(name.startswith(position) for name in names) or any(step.varies for step in path)
