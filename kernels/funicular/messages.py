"""Frozen values that cross processes, and their JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from funicular.errors import FunicularError

T = TypeVar("T")
BlockStateWord = Literal["submitting", "pending", "starting", "running", "draining", "ending", "gone"]
ClusterStateWord = Literal["starting", "idle", "waiting", "running", "draining", "stopped", "lost"]


class UnexpectedMessage(FunicularError):
    """A message with unknown, missing or ill-typed fields."""

    code = "unexpected-message"
    status = 400


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user asks for. Everything may be left out; amounts are totals over the cluster.

    nodes, cores, gpus: counts.   memory_bytes: bytes.   hours: longest life of a job.
    queue, account: names that the site knows.   budget_...: the most that the cluster may cost in its life.
    """

    nodes: int | None = None
    cores: int | None = None
    memory_bytes: int | None = None
    gpus: int | None = None
    hours: float | None = None
    queue: str | None = None
    account: str | None = None
    budget_core_hours: float | None = None
    budget_node_hours: float | None = None
    budget_gpu_hours: float | None = None
    budget_billing_hours: float | None = None

    @property
    def is_empty(self) -> bool:
        return self == Wish()


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block as a person sees it: a job, its state in words, and the nodes it holds."""

    block: str
    job: str | None
    state: BlockStateWord
    reason: str
    nodes: int
    hosts: tuple[str, ...] = ()
    workers: int = 0
    since_s: float = 0.0
    time_left_s: float | None = None


@dataclass(frozen=True, slots=True)
class ClusterView:
    """One cluster as a person sees it. Times in seconds, memory in bytes, cost in core-hours."""

    name: str
    site: str
    state: ClusterStateWord
    nodes: int
    workers: int
    cores: int
    core_hours: float
    blocks: tuple[BlockView, ...]
    nodes_wished: int = 0
    workers_wished: int = 0
    cores_per_node: int = 0
    memory_bytes: int = 0
    memory_limit_bytes: int = 0
    tasks_waiting: int = 0
    tasks_running: int = 0
    tasks_done: int = 0
    problem: Mapping[str, Any] | None = None  # what, why, next_step, code, is_temporary: why it cannot grow
    because: tuple[str, ...] = ()
    core_hours_committed: float = 0.0  # billed so far, and all that blocks which live may still come to
    core_hours_busy: float = 0.0  # of the billed ones, those in which a task ran
    gpu_hours: float = 0.0
    budget: str = ""  # "10 core-h"; empty: none was set
    keep: bool = False  # it stays when nobody uses it
    cores_busy: int = 0


def to_json(value: Any) -> Any:
    """The value as JSON types: dataclasses become objects, tuples arrays."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value


def from_json(kind: type[T], message: Any) -> T:
    """A dataclass of ``kind`` from its JSON. Raises ``UnexpectedMessage``: unknown keys are refused."""
    if not isinstance(message, Mapping):
        raise _unexpected(kind, f"it is {type(message).__name__}, not an object")
    hints = get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(message) - set(fields)):
        raise _unexpected(kind, f"unknown: {', '.join(unknown)}; known: {', '.join(fields)}")
    missing = [
        name
        for name, field in fields.items()
        if name not in message
        and field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise _unexpected(kind, f"missing: {', '.join(missing)}")
    return kind(
        **{name: _read(hints[name], item, f"{kind.__name__}.{name}") for name, item in message.items()}
    )


def _read(hint: Any, item: Any, where: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if dataclasses.is_dataclass(hint):
        return from_json(hint, item)  # type: ignore[arg-type]
    if origin is tuple:
        if not isinstance(item, list | tuple):
            raise UnexpectedMessage(f"{where} must be an array, not {type(item).__name__}.")
        return tuple(_read(args[0], each, where) for each in item)
    if origin is Literal:
        if item not in args:
            raise UnexpectedMessage(f"{where} must be one of {', '.join(map(str, args))}, not {item!r}.")
        return item
    if origin is not None and issubclass(origin if isinstance(origin, type) else object, Mapping):
        if not isinstance(item, Mapping):
            raise UnexpectedMessage(f"{where} must be an object, not {type(item).__name__}.")
        return dict(item)
    if args:  # a union
        if item is None and type(None) in args:
            return None
        return _read(next(each for each in args if each is not type(None)), item, where)
    if hint is float and isinstance(item, int) and not isinstance(item, bool):
        return float(item)
    if isinstance(hint, type) and (
        not isinstance(item, hint) or (hint is not bool and isinstance(item, bool))
    ):
        raise UnexpectedMessage(f"{where} must be {hint.__name__}, not {item!r}.")
    return item


def _unexpected(kind: type, why: str) -> UnexpectedMessage:
    return UnexpectedMessage(f"This is not a {kind.__name__}.", why=why)
