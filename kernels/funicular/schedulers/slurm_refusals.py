"""Why sbatch did not take a job, in words; and which of its errors mean that Slurm did not answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from funicular.schedulers.base import JobSpec, SubmitRefused
from funicular.units import format_bytes, format_seconds, plural

_NOT_REACHED = re.compile(
    r"Unable to contact slurm controller|timed out|Connection refused|Communication connection failure"
    r"|Unable to establish|Could not establish a configuration source|Zero Bytes were transmitted"
    r"|Munge (en|de)code failed|authentication (error|credential)|Transport endpoint is not connected"
    r"|temporarily unable to accept|Resource temporarily unavailable|Unexpected message received"
    r"|controller not responding|DNS SRV lookup failed|Slurm backup controller in standby mode"
    r"|slurm_persist_conn_open|Unable to process configuration|No route to host",
    re.IGNORECASE,
)


_UNKNOWN = ("Slurm said:", "Change what you ask for, or send these words to the machine's support.")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about this machine when a job was refused; empty where it could not be asked."""

    queues: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


def is_no_answer(stderr: str) -> bool:
    """Whether these words say that Slurm was not reached, as opposed to: it answered, and said no."""
    return _NOT_REACHED.search(stderr) is not None


def explain_refusal(spec: JobSpec, words: str, known: Known) -> SubmitRefused:
    """The refusal with what was asked for, why it was not taken, and what would be.

    words: sbatch's error output, kept in ``why``.
    """
    asked = plural(spec.nodes, "node") + f" for {format_seconds(spec.walltime_s)}"
    fitting = (row[1:] for row in _refusals(spec, known) if re.search(row[0], words, re.IGNORECASE))
    why, next_step = next(fitting, _UNKNOWN)
    said = " / ".join(line.strip() for line in words.splitlines() if line.strip())
    return SubmitRefused(
        f"Slurm did not take the job of {asked}.", why=f"{why} ({said or 'no words'})", next_step=next_step
    )


def _refusals(spec: JobSpec, known: Known) -> Sequence[tuple[str, str, str]]:
    """What sbatch may say (a pattern), why that is, and the next step; the first that fits counts."""
    node = f"{plural(spec.cores_per_node, 'core')}"
    if spec.memory_per_node_bytes is not None:
        node += f" and {format_bytes(spec.memory_per_node_bytes)} of memory"
    if spec.gpus_per_node:
        node += f" and {plural(spec.gpus_per_node, 'GPU')}"
    account = f"the account {spec.account!r}" if spec.account else "a job without naming an account"
    queue = f"queue {spec.queue}" if spec.queue else "the default queue"
    less = "Ask for less, for example funicular.scale(nodes=1), or name another queue" + _listed(known.queues)
    return (
        (
            r"invalid partition",
            f"There is no queue named {spec.queue!r} here.",
            f"Name one that exists{_listed(known.queues)}. For example: {_call('queue', known.queues)}",
        ),
        (
            r"Invalid account|account.*(combination|not permitted|not allowed)",
            f"You may not charge {account} in {queue}."
            + ("" if known.accounts else " This machine knows no account of yours."),
            f"Name one of yours{_listed(known.accounts)}. For example: {_call('account', known.accounts)}"
            if known.accounts
            else "Ask whoever invited you to this machine to add you to a project (an account) in Slurm.",
        ),
        (
            r"Invalid qos|qos.*(not permitted|not allowed)",
            "You may not use the QOS that the job names.",
            "Remove --qos from your jobqueue.yaml or SBATCH_QOS, or put one there that sacctmgr shows you.",
        ),
        (
            r"QOS\w*(Wall|Time)|time limit is invalid|Requested time limit",
            f"{format_seconds(spec.walltime_s)} is longer than {queue} allows.",
            "Ask for fewer hours: funicular.scale(hours=1).",
        ),
        (
            r"QOSMaxSubmit|MaxSubmitJob|AssocMaxSubmit",
            "You have as many jobs in the queue as you may.",
            "Wait for one of them (funicular.jobs() lists them), or cancel one.",
        ),
        (
            r"violates accounting|QOS(Max|Grp|Min)|Assoc(Max|Grp)",
            "It goes beyond a limit of your account or QOS.",
            less + ".",
        ),
        (
            r"Memory (specification|required)",
            f"No node of {queue} has {node}.",
            "Ask for less memory, or name another queue" + _listed(known.queues) + ".",
        ),
        (
            r"generic resource|\(gres\)",
            f"No node of {queue} has {plural(spec.gpus_per_node, 'GPU')}.",
            "Name a queue with GPUs" + _listed(known.queues) + ", or leave gpus= out.",
        ),
        (
            r"More processors requested|node count|configuration is not available|too many nodes",
            f"{queue[0].upper()}{queue[1:]} never has {plural(spec.nodes, 'node')} with {node} each.",
            less + ".",
        ),
        (
            r"feature",
            "No node has the feature (constraint) that the job names.",
            "Remove --constraint from your jobqueue.yaml or SBATCH_CONSTRAINT.",
        ),
        (
            r"reservation",
            "The reservation that the job names does not exist, or is not for you.",
            "Remove --reservation from your jobqueue.yaml or SBATCH_RESERVATION.",
        ),
        (
            r"unrecognized option|Invalid --|invalid option",
            "sbatch does not know an option, or its value.",
            "Look at the directives in your jobqueue.yaml; if you have none, please report this.",
        ),
    )


def _listed(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def _call(argument: str, names: Sequence[str]) -> str:
    return f'funicular.scale({argument}="{names[0] if names else "..."}").'
