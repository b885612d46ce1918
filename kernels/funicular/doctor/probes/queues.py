"""Where this user can wait, how long a job may be, and who pays."""

from __future__ import annotations

from collections.abc import Iterator

from funicular.doctor.finding import Finding, State, sentence
from funicular.doctor.probe import Probe, Seen
from funicular.schedulers.base import Queue
from funicular.units import format_bytes, format_seconds, plural

NAME = "queues"
SHORT_S = 4 * 3600.0


def judge(seen: Seen[None]) -> Iterator[Finding]:
    """The queues, the default one's limits, and the accounts."""
    place = seen.place
    if place.queues is None:
        if place.availability.here and place.trouble is not None:
            yield Finding(
                NAME,
                State.UNKNOWN,
                "The queues could not be listed.",
                f"{place.trouble.what} {sentence(place.trouble.why)}".strip(),
                place.trouble.next_step,
            )
        return
    if not place.queues:
        yield Finding(
            NAME,
            State.FAIL,
            "No queue takes your jobs.",
            "The scheduler lists none for your user: perhaps your account is not active yet.",
            "Ask the support of this machine whether your project is active, with your user name.",
        )
        return
    if place.queue and place.queue not in {each.name for each in place.queues}:
        yield Finding(
            NAME,
            State.FAIL,
            f"There is no queue {place.queue} for you.",
            f"You can use: {', '.join(each.name for each in place.queues)}.",
            "Name one of these with --queue.",
        )
    usual = next((each for each in place.queues if each.is_default), place.queues[0])
    if place.is_local:
        yield Finding(
            NAME, State.OK, f"Jobs share {_node(usual)}.", "A job that does not fit now waits for its turn."
        )
        return
    yield from _queues(place.queues, usual)
    yield from _accounts(place.queues)


def _queues(queues: tuple[Queue, ...], usual: Queue) -> Iterator[Finding]:
    names = ", ".join(each.name for each in queues)
    yield Finding(
        NAME,
        State.OK,
        f"You can use {plural(len(queues), 'queue')}: {names}.",
        f"Without a wish jobs go to {usual.name}: {limits(usual)}.",
    )
    closed = [each.name for each in queues if not each.is_open]
    if closed:
        is_usual = usual.name in closed
        yield Finding(
            NAME,
            State.WARN if is_usual else State.NOTE,
            f"Closed now: {', '.join(closed)}.",
            "Jobs there wait until an administrator opens it again.",
            "Name another one: %scale queue=NAME in a notebook." if is_usual else "",
        )
    if usual.max_walltime_s is not None and usual.max_walltime_s < SHORT_S:
        yield Finding(
            NAME,
            State.NOTE,
            f"A job in {usual.name} lives {format_seconds(usual.max_walltime_s)} at most.",
            "A cluster that stays longer replaces its jobs on the way; work that runs then is done again.",
        )
    if not usual.is_shared:
        yield Finding(
            NAME,
            State.NOTE,
            f"{usual.name} gives and bills whole nodes only.",
            f"The smallest cluster there costs {plural(usual.cores_per_node, 'core')} while it lives.",
        )


def limits(queue: Queue) -> str:
    """A queue's limits as words."""
    nodes = plural(queue.nodes, "node") + f" of {_node(queue)}"
    said = [nodes]
    if queue.max_nodes is not None and queue.max_nodes < queue.nodes:
        said.append(f"{plural(queue.max_nodes, 'node')} a job at most")
    if queue.max_walltime_s is not None:
        said.append(f"{format_seconds(queue.max_walltime_s)} at most")
    if queue.nodes_idle is not None:
        said.append(f"{queue.nodes_idle} idle now")
    return ", ".join(said)


def _node(queue: Queue) -> str:
    gpus = f" and {plural(queue.gpus_per_node, 'GPU')}" if queue.gpus_per_node else ""
    return f"{plural(queue.cores_per_node, 'core')}, {format_bytes(queue.memory_per_node_bytes)}{gpus}"


def _accounts(queues: tuple[Queue, ...]) -> Iterator[Finding]:
    accounts = list(dict.fromkeys(account for queue in queues for account in queue.accounts))
    if len(accounts) == 1:
        yield Finding(NAME, State.OK, f"Account {accounts[0]} pays: it is your only one.")
    elif accounts:
        yield Finding(
            NAME,
            State.NOTE,
            f"You have {len(accounts)} accounts: {', '.join(accounts)}.",
            "Where several can pay you are asked once, at your first cluster.",
        )
    else:
        yield Finding(
            NAME,
            State.NOTE,
            "The scheduler lists no account of yours.",
            "Either none is needed here, or nobody has given you one yet: then jobs are refused.",
        )


probe: Probe[None] = Probe("scheduler", "The queues", judge)
