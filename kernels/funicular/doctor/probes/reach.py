"""Which of this machine's addresses a compute node reaches: a notebook's controller listens there."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from funicular.doctor import doorbell
from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import Errand, Probe, Seen
from funicular.units import plural

NAME = "reach"
PATIENCE_S = 1.5
MOST = 8
TRIES = 3
FABRICS = ("ib", "hsn", "opa")  # names of fast networks' interfaces
NO_WAY = ("lo", "docker", "virbr", "veth")


@dataclass(frozen=True, slots=True)
class Call:
    """A try at one address.   why_not: empty when it answered."""

    address: str
    took_s: float | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface with an IPv4 address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Network:
    """This host's interfaces, and (on a node) which addresses of the other host answer."""

    interfaces: tuple[Interface, ...] = ()
    calls: tuple[Call, ...] = ()


def gather(errand: Errand) -> Network:
    """List the interfaces; call at each address if there is a door."""
    import psutil

    states = psutil.net_if_stats()
    interfaces = tuple(
        Interface(name, each.address)
        for name, addresses in psutil.net_if_addrs().items()
        if name in states and states[name].isup
        for each in addresses
        if each.family is socket.AF_INET
    )
    calls = tuple(_call(address, errand) for address in errand.addresses[:MOST]) if errand.port else ()
    return Network(interfaces, calls)


def _call(address: str, errand: Errand) -> Call:
    try:
        rings = [
            doorbell.ring(address, errand.port, errand.token, patience_s=PATIENCE_S) for _ in range(TRIES)
        ]
    except (OSError, ValueError) as error:
        return Call(address, why_not=getattr(error, "strerror", None) or str(error) or type(error).__name__)
    return Call(address, min(each.took_s for each in rings))


def judge(seen: Seen[Network]) -> Iterator[Finding]:
    """Whether workers will find a controller that runs beside the notebook."""
    place, node = seen.place, seen.node
    if place.is_local:
        return
    if place.forbids_servers:
        yield Finding(
            NAME,
            State.NOTE,
            "Whether nodes reach this login node was not tried: it forbids servers.",
            "The controller runs inside the first job, among its workers.",
        )
        return
    if node is None or not node.calls:
        return
    names = {each.address: each.name for each in seen.here.interfaces} if seen.here else {}
    reached = [each for each in node.calls if not each.why_not and not each.address.startswith("127.")]
    where = seen.trial.where if seen.trial else "the node"
    if not reached:
        tried = "; ".join(f"{_named(each, names)}: {each.why_not or 'answered'}" for each in node.calls)
        yield Finding(
            NAME,
            State.FAIL,
            f"{where} reaches this machine at none of its addresses.",
            f"Workers could not connect to a controller that runs beside the notebook. Tried: {tried}.",
            "Have the controller run in the first job (FUNICULAR_PLACEMENT=block), or JupyterLab in a job.",
        )
        return
    best = min(reached, key=lambda each: each.took_s or 0.0)
    took = f", {best.took_s * 1000:.2g} ms there and back" if best.took_s is not None else ""
    yield Finding(
        NAME,
        State.OK,
        f"{where} reaches this machine at {_named(best, names)}{took}.",
        f"Workers can connect to a notebook here; {plural(len(reached), 'address', 'addresses')} of "
        f"{len(node.calls)} answered.",
    )


def _named(call: Call, names: Mapping[str, str]) -> str:
    return f"{call.address} ({names[call.address]})" if call.address in names else call.address


def learn(seen: Seen[Network]) -> Mapping[str, object]:
    """The node's interfaces, those of a fast network first."""
    if seen.node is None or seen.place.is_local:
        return {}
    names = [each.name for each in seen.node.interfaces if not each.name.startswith(NO_WAY)]
    found = tuple(sorted(dict.fromkeys(names), key=lambda name: not name.startswith(FABRICS)))
    return {"interconnect.interfaces": found} if found else {}


probe = Probe(
    "network", "The network between nodes", judge, Network, gather, on_node=True, limit_s=15, learn=learn
)
