"""Is it worth leaving the kernel? Pure arithmetic on measured seconds."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

from funicular.routing import attachment
from funicular.schedulers.settings import number
from funicular.units import format_seconds, plural

MIN_GAIN = "FUNICULAR_MIN_GAIN_S"
TRIP_S = 0.1  # pickling, the way there and back, the last chunk's rest: measured 0.03 to 0.1 s with TLS
START_S = 3.0  # from nothing to a first worker on an idle machine: 2 to 3 s measured


def min_gain_s(environ: Mapping[str, str] = os.environ) -> float:
    """Seconds that must be gained before work leaves the kernel: 0 means that it always leaves.

    Infinite in a notebook that is detached from the cluster.
    """
    if not attachment.is_attached():
        return math.inf
    return number(environ, MIN_GAIN, 1, note=" (0: always go to the cluster)")


def expected_gain_s(remaining_s: float, *, cores: int, workers_ready: bool) -> float:
    """Seconds saved by sending what takes ``remaining_s`` here to ``cores`` cores; may be negative."""
    there_s = remaining_s / max(cores, 1) + TRIP_S + (0.0 if workers_ready else START_S)
    return remaining_s - there_s


def is_worth_it(remaining_s: float, *, cores: int, workers_ready: bool, min_gain_s: float) -> bool:
    """Whether the work should leave the kernel."""
    if min_gain_s == 0:
        return True
    return expected_gain_s(remaining_s, cores=cores, workers_ready=workers_ready) >= min_gain_s


def reason(remaining_s: float, *, cores: int, workers_ready: bool, min_gain_s: float) -> str:
    """The decision as a sentence for a reader."""
    if min_gain_s == math.inf:
        return "stayed in the kernel: this notebook is detached from the cluster"
    gain = expected_gain_s(remaining_s, cores=cores, workers_ready=workers_ready)
    start = "" if workers_ready else f" and {format_seconds(START_S)} to start"
    if is_worth_it(remaining_s, cores=cores, workers_ready=workers_ready, min_gain_s=min_gain_s):
        return f"went to the cluster: {format_seconds(remaining_s)} of work, {plural(cores, 'core')}{start}"
    return (
        f"stayed in the kernel: {format_seconds(remaining_s)} of work was left; "
        f"{plural(cores, 'core')}{start} would gain {format_seconds(max(gain, 0))}, "
        f"less than {format_seconds(min_gain_s)}"
    )
