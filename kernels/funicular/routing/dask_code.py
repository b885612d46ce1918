"""Functions of a Dask graph that hold much data (a large global, say) are sent ahead, once to each worker.

Dask itself would send them, with what they hold, once for every task.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from funicular.routing import remote
from funicular.routing.shipping import BIG_BYTES, Code, pack, send_code

if TYPE_CHECKING:
    from distributed import Client


def lighten(graph: dict[Any, Any], client: Client) -> dict[Any, Any]:
    """The same graph if its functions are light; else one whose tasks call what was sent ahead."""
    from dask._task_spec import Task

    heavy = _heavy({id(node.func): node.func for node in graph.values() if type(node) is Task}, client)
    if not heavy:
        return graph
    lighter = dict(graph)
    for key, node in graph.items():
        if type(node) is Task and (code := heavy.get(id(node.func))) is not None:
            lighter[key] = _calling(key, node, code, lighter)
    return lighter


def _heavy(functions: dict[int, Any], client: Client) -> dict[int, Code]:
    found = {}
    for ident, function in functions.items():
        if type(function) is FunctionType:
            parcel = pack(function, what=f"The function `{function.__name__}`")
            if parcel.nbytes >= BIG_BYTES:
                found[ident] = send_code(client, parcel)
    return found


def _calling(key: Any, node: Any, code: Code, graph: dict[Any, Any]) -> Any:
    """The task, calling code that lies on its worker; adds to the graph what stands for that code."""
    from dask._task_spec import Alias, Task, TaskRef

    names = [f"funicular-code-{code.token}-{number}" for number in range(len(code.buffers))]
    for name, future in zip(names, code.buffers, strict=True):
        graph[name] = Alias(name, future.key)
    ident = (code.token, code.blob, len(names))
    return Task(key, remote.call_kept, ident, *map(TaskRef, names), *node.args, **node.kwargs)
