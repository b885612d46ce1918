"""What kinds of nodes there are, and where a job can wait for them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from funicular.sites.model.base import Facts, Gibibytes, Positive, Reach, Walltime


class Charged(Facts):
    """How hours are counted here, in the site's unit; fields as in ``schedulers.base.Charge``."""

    unit: Annotated[str, Field(pattern=r"^[A-Za-z0-9 /-]+-hours$")]
    per: Literal["node", "core", "gpu", "slice"]
    rate: Annotated[float, Field(gt=0)] = 1.0
    cores: Annotated[float, Field(gt=0)] | None = None
    memory_gib: Gibibytes | None = None
    gpus: Annotated[float, Field(gt=0)] | None = None
    words: str = ""


class NodeType(Facts):
    """One kind of node. Memory in GiB: what a job may use.   count: how many there are.

    cpus_are_threads: the scheduler counts hardware threads, not cores.
    memory_mode: ``flag`` (a job may ask for it), ``follows cpus`` (asking is refused), ``per core``
    (so much for each core), ``per gpu``.   gpus: as the scheduler counts them (on LUMI a GPU is a GCD).
    gpu_request: how a job asks, ``{n}`` a node's GPUs.
    """

    arch: Literal["x86_64", "aarch64"]
    cpu_model: str = ""
    count: Positive | None = None
    cores: Positive | None = None
    threads_per_core: Positive = 1
    cpus_are_threads: bool = False
    memory_gib: Gibibytes | None = None
    memory_installed: str = ""
    memory_mode: Literal["flag", "follows cpus", "per core", "per gpu"] = "flag"
    memory_per_core_gib: Gibibytes | None = None
    hbm_gib: Gibibytes | None = None
    gpus: int = 0
    gpu_model: str = ""
    gpu_vendor: Literal["nvidia", "amd"] | None = None
    gpu_memory_gib: Gibibytes | None = None
    gpu_request: str | None = None
    gpu_is_needed: bool = False  # a job without GPUs is refused
    cpus_per_gpu: Positive | None = None
    memory_per_gpu_gib: Gibibytes | None = None
    virtual_of: str = ""  # a part of a bigger node that is given out as if it were one
    local_disk: str = ""
    internet: Reach | None = None
    pre_modules: tuple[str, ...] = ()
    charge: Charged | None = None  # of queues that say no other


class QueueFacts(Facts):
    """Where a job can wait: partition, QoS, constraint, and what is allowed there.

    nodes: the name of its ``NodeType``.   account_suffix: what the account's name must end in.
    flags: options every job needs here.   purpose: in the site's words.
    """

    name: str
    partition: str | None = None
    must_name_partition: bool = False  # also where the rest implies the others' partition
    qos: str | None = None
    constraint: str | None = None
    reservation: str | None = None
    account_suffix: str | None = None
    nodes: str | None = None
    purpose: str = ""
    kind: Literal["usual", "debug", "long", "big", "interactive", "special"] = "usual"
    sharing: Literal["shared", "whole nodes"] | None = None
    min_nodes: Positive | None = None
    max_nodes: Positive | None = None
    max_walltime: Walltime | None = None
    default_walltime: Walltime | None = None
    limit_per_user: str = ""
    preemption: Literal["requeue", "cancel"] | None = None
    flags: tuple[str, ...] = ()
    billing: str = ""
    charge: Charged | None = None
    note: str = ""
