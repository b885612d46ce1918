"""Writes ``extension/src/contract.gen.ts``: the values that cross to the browser, as TypeScript.

Run it as ``python -m funicular_lab.contract > extension/src/contract.gen.ts``; a test compares.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from funicular.clusters.live import FunctionView
from funicular.messages import BlockView, ClusterView, Wish
from funicular_lab import answers

SENT = (Wish, answers.KeepWish)  # what the browser sends
CROSSING = (
    *SENT,
    BlockView,
    ClusterView,
    answers.Problem,
    answers.ClusterAnswer,
    answers.ClustersAnswer,
    answers.KeepAnswer,
    answers.PlanAnswer,
    answers.QueueView,
    answers.QueuesAnswer,
    FunctionView,
    answers.HolderView,
    answers.LiveAnswer,
    answers.JobView,
    answers.JobsAnswer,
    answers.ScriptAnswer,
    answers.ObituaryView,
    answers.ObituariesAnswer,
    answers.LedgerSum,
    answers.LedgerNow,
    answers.LedgerProject,
    answers.LedgerBudget,
    answers.LedgerAnswer,
    answers.AboutAnswer,
    answers.StartHereAnswer,
)
_PLAIN: dict[Any, str] = {
    Any: "unknown",
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def render() -> str:
    """The whole file."""
    head = "// Made by `python -m funicular_lab.contract`; do not edit.\n"
    return head + "".join("\n" + render_interface(kind) for kind in CROSSING)


def render_interface(kind: type) -> str:
    """One dataclass as an interface; a field with a default may be left out of what the browser sends."""
    hints = get_type_hints(kind)
    summary = (kind.__doc__ or "").partition("\n")[0]
    lines = [f"/** {summary} */", f"export interface {kind.__name__} {{"]
    for field in dataclasses.fields(kind):
        is_optional = kind in SENT and field.default is not dataclasses.MISSING
        lines.append(f"  {field.name}{'?' if is_optional else ''}: {render_type(hints[field.name])};")
    return "\n".join([*lines, "}", ""])


def render_type(hint: Any) -> str:
    """``tuple[str, ...]`` is ``string[]``, ``int | None`` ``number | null``, a pair ``[number, number]``."""
    origin, args = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if dataclasses.is_dataclass(hint):
        return str(hint.__name__)  # type: ignore[union-attr]
    if origin is Literal:
        return " | ".join(f"'{each}'" for each in args)
    if origin is tuple and args[1:] != (...,):
        return f"[{', '.join(render_type(each) for each in args)}]"
    if origin is tuple:
        inner = render_type(args[0])
        return f"({inner})[]" if " " in inner and not inner.startswith("[") else f"{inner}[]"
    if origin in (Mapping, dict):
        return f"Record<string, {render_type(args[1])}>"
    if origin in (Union, types.UnionType):
        return " | ".join(render_type(each) for each in args)
    raise TypeError(f"{hint!r} has no TypeScript form yet")


if __name__ == "__main__":
    print(render(), end="")
