"""What every scheduler is asked, and the values it answers with.

Six verbs: ``submit``, ``describe`` (many jobs, one command), ``cancel``, ``queues``, ``estimate``,
``available``. A scheduler object keeps no state: the scheduler is asked. Calls block; whoever must
not block runs them in a thread.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal, NewType, Protocol, runtime_checkable

from funicular.errors import FunicularError

JobId = NewType("JobId", str)


class JobState(StrEnum):
    """What a job is doing. That the scheduler did not answer is no state of a job."""

    PENDING = "pending"
    RUNNING = "running"
    ENDING = "ending"  # told to end, or being cleaned up; holds its nodes still
    GONE = "gone"  # over, for whatever reason


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a job waits or ended: a sentence for people and the scheduler's own word.

    next_step: what the user can do now, empty when waiting is all there is.
    hopeless: it will never start as it is.
    """

    text: str
    code: str = ""
    next_step: str = ""
    hopeless: bool = False

    def __str__(self) -> str:
        return f"{self.text} ({self.code})" if self.code else self.text


@dataclass(frozen=True, slots=True)
class JobStatus:
    """One job as the scheduler sees it now. Times are seconds; ``None`` where it does not say.

    reason: why it waits (pending) or how it ended (gone).   hosts: names of its nodes, once it has them.
    state_code: the scheduler's own word for the state.   waited_s, ran_s: so far.
    """

    job: JobId
    state: JobState
    state_code: str = ""
    reason: Reason | None = None
    name: str = ""
    queue: str = ""
    account: str = ""
    nodes: int = 1
    cores: int | None = None
    hosts: tuple[str, ...] = ()
    waited_s: float | None = None
    ran_s: float | None = None
    time_left_s: float | None = None
    exit_code: int | None = None
    signal: int | None = None


@dataclass(frozen=True, slots=True)
class Preamble:
    """What a job's script begins with on a known machine, before an admin's and the user's own lines.

    source: whose facts these are, for a comment.   shebang: the first line; empty: the usual one.
    unset: variables that must not be there.   environment: ``NAME=value``; ``$OTHER`` in it is a reference.
    modules: loaded in this order, unless they are there.
    """

    source: str = ""
    shebang: str = ""
    unset: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


NO_PREAMBLE = Preamble()


@dataclass(frozen=True, slots=True)
class Asking:
    """How a job asks for a queue, where the queue's name alone does not say it.

    partition: ``None``: it is called like the queue; empty: none is named, the rest implies it.
    qos: ``{account}`` in it stands for the account's name.   gpus: the option, ``{n}`` in it the count;
    ``None``: as this scheduler usually does.   memory: whether a job may say how much it needs; where it
    may not, memory follows the cores.   options: further ones that every job needs here.
    """

    partition: str | None = None
    qos: str | None = None
    constraint: str | None = None
    reservation: str | None = None
    gpus: str | None = None
    memory: bool = True
    options: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    preamble: Preamble = NO_PREAMBLE


USUAL_ASKING = Asking()


@dataclass(frozen=True, slots=True)
class Billing:
    """What a site bills for holding something, in its own units a second.

    core, memory_gib, gpu, node: for each of them.   is_most: on a node the greatest counts, not their sum.
    """

    core: float = 0.0
    memory_gib: float = 0.0
    gpu: float = 0.0
    node: float = 0.0
    is_most: bool = False

    def of_node(self, *, cores: int, memory_bytes: int, gpus: int) -> float:
        """For the share of a node that a job holds."""
        parts = (self.core * cores, self.memory_gib * memory_bytes / 2**30, self.gpu * gpus, self.node)
        return max(parts) if self.is_most else sum(parts)


@dataclass(frozen=True, slots=True)
class Charge:
    """How a site counts what a job holds, in the unit in which projects have their hours.

    unit: of an hour, such as ``node-hours``.   rate: units an hour for each thing that is counted.
    per: what that is: whole nodes; cores or GPUs, as many as the greatest share held of a node's cores,
    memory and GPUs comes to; or slices of ``cores``, ``memory_gib`` and ``gpus``, whose greatest number
    counts.   words: the rule, for people.
    """

    unit: str
    per: Literal["node", "core", "gpu", "slice"]
    rate: float = 1.0
    cores: float | None = None
    memory_gib: float | None = None
    gpus: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Somewhere a job can wait. Amounts are a node's; ``None`` means that no limit is known.

    accounts: those this user may charge here, the default one first; empty where none is needed.
    qos: those this user has here; empty where that is not known.   cores_per_gpu: what a GPU always brings.
    threads_per_core: more than 1 where what the scheduler counts as cores are hardware threads.
    is_offered: whether it is chosen for those who name no queue.
    """

    name: str
    is_default: bool
    nodes: int
    cores_per_node: int
    memory_per_node_bytes: int
    gpus_per_node: int = 0
    nodes_idle: int | None = None
    max_nodes: int | None = None
    max_walltime_s: float | None = None
    default_walltime_s: float | None = None
    accounts: tuple[str, ...] = ()
    is_open: bool = True
    is_shared: bool = True  # several jobs may share a node; else whole nodes are given and billed
    kill_overshoot_s: float = 0.0  # how long a job may outlive its walltime, billed
    min_nodes: int = 1
    cores_per_gpu: int | None = None
    needs_gpu: bool = False  # a job without GPUs is refused
    threads_per_core: int = 1
    qos: tuple[str, ...] = ()
    is_offered: bool = True
    asking: Asking = USUAL_ASKING
    billing: Billing | None = None  # where cores are not what is billed
    charge: Charge | None = None  # what its site counts, where that is known
    partition: str = ""  # where a known machine's users call it otherwise than its scheduler does
    architecture: str = ""  # of its nodes' processors, as ``uname -m`` says it; empty where nobody says


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A job to submit. ``command`` runs once on every node; amounts are a node's.

    log: one file for the whole job; it is created 0600.   environment: never holds a secret, since
    accounting may store it.   setup: shell lines from an admin's or the user's configuration files,
    run first; nothing from a form, a wish or a notebook may come here.
    directives: extra options for the scheduler from the same files (``--reservation=x``).
    skip: options that must not be given, from the same files (``--mem``).
    exclude: nodes to stay away from, by the scheduler's names; where that cannot be said it is passed over.
    """

    name: str
    command: tuple[str, ...]
    log: Path
    nodes: int = 1
    cores_per_node: int = 1
    memory_per_node_bytes: int | None = None
    gpus_per_node: int = 0
    walltime_s: float = 1800
    queue: str | None = None
    account: str | None = None
    working_directory: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    setup: tuple[str, ...] = ()
    directives: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    asking: Asking = USUAL_ASKING
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """When a job would start, as far as the scheduler says. ``None``: it does not know.

    refused: why the scheduler would not take it, in its own words; empty when it would.
    """

    starts_in_s: float | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What accounting has written down about a job.   ran_s: seconds, so far if it is not over.

    cores, nodes, gpus: of the whole job, as billed.   billing: the site's own units a second, if it says.
    """

    job: JobId
    name: str
    is_over: bool
    ran_s: float
    cores: int
    nodes: int
    gpus: int = 0
    billing: float | None = None
    ended_s: float | None = None  # Unix time


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an account may use in all.   unit: of hours, such as ``core-hours``.   granted, used: in it.

    used: with what running jobs may still take, where that is known.   source: the command that says it.
    queues: what the names of those begin with that it is for; empty: all.
    """

    account: str
    unit: str
    granted: float
    used: float
    source: str
    queues: str = ""

    @property
    def left(self) -> float:
        return max(0.0, self.granted - self.used)


@dataclass(frozen=True, slots=True)
class Allowances:
    """What is known of accounts.   unlimited: no limit is set.   unknown: why not says ``silence``."""

    found: tuple[Allowance, ...] = ()
    unlimited: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    silence: str = ""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether this scheduler answers here.   version: its own words.   why_not: a sentence when not."""

    here: bool
    version: str = ""
    why_not: str = ""


class SchedulerError(FunicularError):
    """The scheduler refused, failed, or is not there."""

    code = "scheduler-refused"
    status = 502


class NoAnswer(SchedulerError):
    """The scheduler did not answer, or with something unreadable: nothing is known, nothing is gone."""

    code = "scheduler-no-answer"
    status = 503


class ParseError(NoAnswer):
    """An answer that cannot be read; shows the line and the command."""

    code = "scheduler-unreadable"


class SubmitRefused(SchedulerError):
    """The scheduler did not take the job; ``why`` holds its own words."""

    code = "submit-refused"
    status = 400


class Scheduler(Protocol):
    """The six verbs. All may raise ``NoAnswer``."""

    name: str

    def available(self) -> Availability:
        """Whether the scheduler answers on this machine. Never raises."""

    def queues(self) -> tuple[Queue, ...]:
        """Where this user can submit, the default queue first."""

    def submit(self, spec: JobSpec) -> JobId:
        """Hand over one job. Raises ``SubmitRefused`` with the scheduler's own words."""

    def describe(self, jobs: Collection[JobId] | None = None) -> dict[JobId, JobStatus]:
        """These jobs, or all of this user's, by one command. A job it no longer knows is left out."""

    def cancel(self, jobs: Collection[JobId]) -> None:
        """End these jobs. One that is already over is no error."""

    def estimate(self, spec: JobSpec) -> Estimate:
        """When this job would start, without submitting it."""


@runtime_checkable
class KeepsAccounts(Protocol):
    """A scheduler with accounting that a user can read."""

    def usage(self, jobs: Collection[JobId]) -> dict[JobId, Usage]:
        """What these jobs cost; those it does not know (yet) are left out. May raise ``NoAnswer``."""


@runtime_checkable
class LimitsAccounts(Protocol):
    """A scheduler that limits what accounts may use in all."""

    def allowances(self, accounts: Collection[str]) -> Allowances:
        """What these may use, and what of it is left. May raise ``NoAnswer``."""


@runtime_checkable
class ShowsScripts(Protocol):
    """A scheduler whose jobs can be read as text: the way out to using it by hand."""

    def render(self, spec: JobSpec) -> str:
        """All that is handed over for this job, as a script that can be submitted by hand."""

    def script(self, job: JobId) -> str | None:
        """The script of a job of this user's; ``None`` where it cannot be read. May raise ``NoAnswer``."""


@runtime_checkable
class NamesItsMachine(Protocol):
    """A scheduler that has a name for the machine it runs."""

    def cluster_name(self) -> str | None:
        """That name; ``None`` where it has none. May raise ``NoAnswer``."""
