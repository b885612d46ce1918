"""How long jobs live, against how long one call takes: said before it is tried, where that is known. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from funicular.errors import FunicularError
from funicular.units import format_seconds


def overlap_s(walltime_s: float) -> float:
    """How long before its end a job may be left: a tenth of its life, half a minute to five.

    Then another is asked for; when that is there the work goes on in it.
    """
    return min(300.0, max(30.0, walltime_s / 10))


class ItemTooLong(FunicularError):
    """A call that needs longer than a job may live."""

    code = "item-too-long"
    status = 400


@dataclass(frozen=True, slots=True)
class Lives:
    """Seconds that a cluster's jobs live, may live at most (0: not known), and that each has left now."""

    walltime_s: float
    most_s: float = 0.0
    left_s: tuple[float, ...] = ()

    @property
    def usable_s(self) -> float:
        """What a call may take on a new job."""
        return max(self.walltime_s - overlap_s(self.walltime_s), 0.0)


def check_hint(lives: Lives, name: str, call_s: float) -> str:
    """What to tell about calls that take up to ``call_s`` by the user's own word; mostly nothing.

    Raises ``ItemTooLong`` when no job of the cluster lives long enough.
    """
    if call_s > lives.usable_s:
        raise ItemTooLong(
            f"A call of `{name}` needs longer than a job lives.",
            why=f"You said that a call takes up to {format_seconds(call_s)}; "
            f"jobs live {format_seconds(lives.walltime_s)}, and in the last "
            f"{format_seconds(overlap_s(lives.walltime_s))} of it the work moves to the next.",
            next_step=longer(1.25 * call_s, lives.walltime_s, lives.most_s),
        )
    return _late(lives, name, call_s)


def check_measured(lives: Lives, name: str, call_s: float) -> str:
    """The same for calls as they were measured here: told, not refused, since nodes may be quicker."""
    if call_s > lives.usable_s:
        return (
            f"A call of `{name}` took {format_seconds(call_s)} here, and jobs live "
            f"{format_seconds(lives.walltime_s)}: it may be cut off before it is done.\n"
            f"  Next: {longer(1.5 * call_s, lives.walltime_s, lives.most_s)}\n"
        )
    return _late(lives, name, call_s)


def longer(wanted_s: float, has_s: float, most_s: float) -> str:
    """What to do, as a call.   most_s: how long a job may live here at most; 0: not known."""
    if most_s and most_s <= has_s:
        return f"No queue here lets a job live longer than {format_seconds(most_s)}: let one call do less."
    hours = min(wanted_s, most_s or wanted_s) / 3600
    limit = f" ({format_seconds(most_s)} is the most here)" if most_s else ""
    return f"Let jobs live longer: funicular.scale(hours={hours:.3g}){limit}. Or let one call do less."


def _late(lives: Lives, name: str, call_s: float) -> str:
    if not lives.left_s or call_s <= max(lives.left_s) - overlap_s(lives.walltime_s) or call_s < 60:
        return ""
    return (
        f"A call of `{name}` takes about {format_seconds(call_s)}, and the jobs that run have "
        f"{format_seconds(max(lives.left_s))} left: what is not done by then begins anew on the next.\n"
    )
