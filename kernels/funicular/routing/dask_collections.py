"""Dask collections: small graphs are computed in the kernel, large ones on the session's cluster.

An object of ours stands in Dask's configuration where a client would. It runs a graph's tasks here, depth
first, for as long as that is quicker; when what is left is worth the trip, results so far go into what is
left, so no task runs twice (docs/adr/0011-dask-collections.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any, TypeVar

from funicular.errors import FunicularError
from funicular.routing import decide, reach, spans, summary
from funicular.routing.dask_code import lighten
from funicular.routing.progress import ProgressLine
from funicular.routing.shipping import BIG_BYTES, inside_worker
from funicular.routing.tracebacks import repair
from funicular.routing.troubles import CannotTravel, in_words, is_trouble
from funicular.units import format_count

T = TypeVar("T")
Key = Any  # a string, a number, or a tuple of such
LOOK_S = 0.02
SHUFFLE = "dataframe.shuffle.method"


class SessionClient:
    """What Dask asks to compute: any object whose type is called a client and that has ``get``."""

    asynchronous = False

    def __reduce__(self) -> tuple[Any, ...]:
        return SessionClient, ()

    def get(self, dsk: Any, keys: Any, **kwargs: Any) -> Any:
        """The values of these keys, computed here or there."""
        __tracebackhide__ = True
        if inside_worker():
            from distributed import get_client

            return get_client().get(dsk, keys, **kwargs)
        min_gain_s = decide.min_gain_s()
        run = None if kwargs else _LocalRun.of(dsk, keys)
        if run is None:
            results = len(keys) if isinstance(keys, list) else 1
            return _there(lambda client: client.get(dsk, keys, **kwargs), ("Dask results", results))
        if min_gain_s > 0 and run.work(min_gain_s):
            summary.explain(f"{format_count(run.done)} Dask tasks {run.told}")
            return run.values(keys)
        tasks = ("Dask tasks", run.left)
        return _there(lambda client: client.get(run.rest(client), keys), tasks, here=run.done)

    def persist(self, collections: Any, **kwargs: Any) -> Any:
        """Keep collections on the cluster: that is what persisting means."""
        client = _client()
        summary.record("Dask collections", there=len(collections))
        return client.persist(collections, **kwargs)


def _client() -> Any:
    if inside_worker():
        from distributed import get_client

        return get_client()
    line = ProgressLine()
    try:
        client = reach.start(line.say)
        reach.wait_for_folders()
        return client
    finally:
        line.close()


def _there(compute: Callable[[Any], T], counted: tuple[str, int], *, here: int = 0) -> T:
    """Compute on the cluster; its troubles in words, the user's own errors as they are."""
    __tracebackhide__ = True
    client = _client()
    _quieten(client)
    try:
        with spans.of_cell():
            value = compute(client)
    except FunicularError:
        raise
    except BaseException as error:
        if is_trouble(error) or _is_unpacking(error):
            raise in_words(error, doing="The Dask tasks") from error
        if "Could not serialize" in str(error):
            raise CannotTravel(
                "These Dask tasks cannot be sent to the cluster.",
                why=str(error.__cause__ or error),
                next_step='Compute them here: .compute(scheduler="threads").',
            ) from error
        repair(error)
        raise
    summary.record(counted[0], there=counted[1], here=here)
    return value


def _quieten(client: Any) -> None:
    """When a gather is interrupted, distributed leaves one waiting task a key: asyncio would report each."""
    from distributed.client import AllExit

    def report(loop: Any, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), AllExit):
            loop.default_exception_handler(context)

    loop = client.loop.asyncio_loop
    if loop.get_exception_handler() is None:
        loop.set_exception_handler(report)


def _is_unpacking(error: BaseException) -> bool:
    return isinstance(error, RuntimeError) and "deserialization of the task graph" in str(error)


class _LocalRun:
    """A graph run task by task, that can be left at any task with what was computed so far."""

    def __init__(self, graph: dict[Key, Any], wanted: list[Key]) -> None:
        self._graph = graph
        self._wanted = set(wanted)
        self._order = _depth_first(graph, wanted)
        self._uses: dict[Key, int] = dict.fromkeys(graph, 0)
        for key in self._order:
            for need in graph[key].dependencies:
                self._uses[need] += 1
        self._values: dict[Key, Any] = {}
        self.done = 0
        self.told = ""

    @classmethod
    def of(cls, dsk: Any, keys: Any) -> _LocalRun | None:
        """A run of this graph, or ``None`` when part of it is on the cluster already, or bound to it."""
        from dask._task_spec import convert_legacy_graph
        from dask.core import flatten

        if (annotated := getattr(dsk, "__dask_annotations__", None)) and any(annotated().values()):
            return None
        plain = dsk if isinstance(dsk, Mapping) else dsk.__dask_graph__()
        graph = convert_legacy_graph(dict(plain))
        wanted = list(flatten(keys)) if isinstance(keys, list) else [keys]
        if any(node.is_coro or not node.dependencies <= graph.keys() for node in graph.values()):
            return None
        return cls(graph, wanted) if all(key in graph for key in wanted) else None

    @property
    def left(self) -> int:
        """Tasks not run yet."""
        return len(self._order) - self.done

    def work(self, min_gain_s: float) -> bool:
        """Run tasks here until all are done, or until the rest is worth the trip: then ``False``."""
        hopes = reach.Hopes()
        begun = looked = perf_counter()
        for key in self._order:
            node = self._graph[key]
            self._values[key] = node({need: self._values[need] for need in node.dependencies})
            self.done += 1
            self._let_go(node.dependencies)
            now = perf_counter()
            if now - looked > LOOK_S:
                looked = now
                spent = now - begun
                remaining_s = spent / self.done * self.left
                if remaining_s >= min_gain_s:
                    cores, ready = hopes.now()
                    cores = min(cores, max(self.left, 1))
                    if decide.is_worth_it(
                        remaining_s, cores=cores, workers_ready=ready, min_gain_s=min_gain_s
                    ):
                        return False
        cores, ready = hopes.now() if perf_counter() - begun > LOOK_S else (1, False)
        self.told = decide.reason(
            perf_counter() - begun, cores=cores, workers_ready=ready, min_gain_s=min_gain_s
        )
        return True

    def _let_go(self, needs: Iterable[Key]) -> None:
        for need in needs:
            self._uses[need] -= 1
            if not self._uses[need] and need not in self._wanted:
                self._values.pop(need, None)

    def values(self, keys: Any) -> Any:
        """The wanted values, nested as the keys are."""
        if isinstance(keys, list):
            return [self.values(key) for key in keys]
        return self._values[keys]

    def rest(self, client: Any) -> dict[Key, Any]:
        """The graph of what is left; results so far are data in it, large ones sent ahead."""
        from dask._task_spec import Alias, DataNode
        from dask.sizeof import sizeof

        left = self._order[self.done :]
        graph: dict[Key, Any] = {key: self._graph[key] for key in left}
        needed = {need for key in left for need in self._graph[key].dependencies} | self._wanted
        self._sent = []
        for key in needed:
            if key not in self._values:
                continue
            value = self._values[key]
            if sizeof(value) > BIG_BYTES:
                future = client.scatter(value, hash=False)
                self._sent.append(future)  # held until the computation is over
                graph[key] = Alias(key, future.key)
            else:
                graph[key] = DataNode(key, value)
        return lighten(graph, client)


def _depth_first(graph: Mapping[Key, Any], wanted: Iterable[Key]) -> list[Key]:
    """Keys so that each comes after what it needs, and soon after: few results are alive at a time."""
    order: list[Key] = []
    seen: set[Key] = set()
    for key in wanted:
        stack: list[tuple[Key, bool]] = [(key, False)]
        while stack:
            each, is_ready = stack.pop()
            if is_ready:
                order.append(each)
            elif each not in seen:
                seen.add(each)
                stack.append((each, True))
                stack += [(need, False) for need in graph[each].dependencies if need not in seen]
    return order


_ours = SessionClient()
_before: dict[str, Any] = {}


def install() -> None:
    """Make this what Dask collections are computed with. Twice is once; also after a new Dask client."""
    import dask

    current = dask.config.get("scheduler", None)
    if isinstance(current, SessionClient):
        return
    if not _before:
        _before["scheduler"] = current
        _before[SHUFFLE] = dask.config.get(SHUFFLE, None)
        if _before[SHUFFLE] is None:  # p2p needs a worker even for a graph that stays in the kernel
            dask.config.set({SHUFFLE: "tasks"})
    dask.config.set(scheduler=_ours)


def remove() -> None:
    """Give Dask its own choice back."""
    import dask

    if isinstance(dask.config.get("scheduler", None), SessionClient):
        dask.config.set(scheduler=_before.get("scheduler"))
    if _before and _before.get(SHUFFLE) is None:
        dask.config.set({SHUFFLE: None})
    _before.clear()
