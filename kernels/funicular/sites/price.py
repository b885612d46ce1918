"""What a job costs in the unit that its site counts in, by the site's own rule, and that rule. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from funicular.schedulers.base import Charge, Queue
from funicular.sites.fit import Size
from funicular.units import format_seconds, plural

MINUTE_S = 60.0  # schedulers count time limits in whole minutes
_ROUNDING = 1e-6  # of a slice: a share that is whole but for the last digit is whole
BILLING = "billing-hours"


@dataclass(frozen=True, slots=True)
class Price:
    """What a job can cost at most.   an_hour: while it runs.   unit: empty where no rule is known."""

    amount: float = 0.0
    an_hour: float = 0.0
    unit: str = ""
    said: str = ""


NO_PRICE = Price()


def price(size: Size, queue: Queue) -> Price:
    """For a job of this size here, to the end of its walltime and of what the scheduler lets it overrun."""
    if queue.charge is not None:
        an_hour, unit, rule = units_an_hour(queue.charge, size, queue), queue.charge.unit, queue.charge.words
    elif queue.billing is not None:
        a_node = queue.billing.of_node(cores=size.cores, memory_bytes=size.memory_bytes, gpus=size.gpus)
        an_hour, unit = a_node * size.nodes, BILLING
        rule = f"{queue.name} weighs cores, memory and GPUs (TRESBillingWeights)"
    else:
        return NO_PRICE
    if an_hour <= 0:  # the rule counts nothing of what this job holds: it is none for such jobs
        return NO_PRICE
    held_s = math.ceil(size.walltime_s / MINUTE_S) * MINUTE_S + queue.kill_overshoot_s
    amount = an_hour * held_s / 3600
    said = f"it costs at most {format_units(amount, unit)}: {format_units(an_hour, unit)} an hour for "
    said += f"{plural(size.nodes, 'node')}, {format_seconds(size.walltime_s)}"
    return Price(amount, an_hour, unit, f"{said} ({rule})" if rule else said)


def units_an_hour(charge: Charge, size: Size, queue: Queue) -> float:
    """The site's units for an hour of a job of this size.

    Counted is the greatest of what is held of cores, memory and GPUs, each rounded up to whole slices.
    """
    if charge.per == "slice":
        held = (
            (size.nodes * size.cores, charge.cores),
            (size.nodes * size.memory_bytes / 2**30, charge.memory_gib),
            (size.nodes * size.gpus, charge.gpus),
        )
        return charge.rate * max((_up(amount / part) for amount, part in held if part), default=0)
    if charge.per == "node":
        return charge.rate * size.nodes
    whole = queue.gpus_per_node if charge.per == "gpu" else queue.cores_per_node // queue.threads_per_core
    share = max(
        size.cores / queue.cores_per_node,
        size.memory_bytes / queue.memory_per_node_bytes,
        size.gpus / queue.gpus_per_node if queue.gpus_per_node else 0.0,
    )
    return charge.rate * size.nodes * min(_up(share * whole), whole)


def format_units(amount: float, unit: str) -> str:
    """``3.05 node-hours``: three figures, rounded up, as what it is the most of; thousands apart."""
    if amount <= 0:
        return f"0 {unit}"
    digits = max(0, 2 - math.floor(math.log10(amount)))
    up = math.ceil(amount * 10**digits - _ROUNDING) / 10**digits
    shown = f"{up:,.{digits}f}".replace(",", " ")
    return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown} {unit}"


def _up(amount: float) -> int:
    return math.ceil(amount - _ROUNDING)
