"""Verdicts in plain words: one sentence, and iterations that show it."""

from __future__ import annotations

import ast

from funicular.loops.shape import Judgement
from funicular.loops.trail import READS, Access

PARALLEL = {
    "map": "Each iteration fills its own place, so the iterations may run in any order.",
    "append": "Each iteration appends what it computed from its own input; the order is kept.",
    "filter-append": "Each iteration decides and computes by itself what is appended; the order is kept.",
    "dict": "Each iteration fills its own key.",
    "set": "Each iteration adds what it computed from its own input.",
    "reduction": "Each iteration computes its share by itself; the shares are put together in order.",
    "argbest": "Each iteration computes its candidate by itself; the best is chosen in order.",
    "histogram": "Each iteration computes by itself what is added where; the adding is redone in order.",
    "nested": "The iterations of this outer loop do not need each other.",
    "comprehension": "Each element is computed from its own input.",
}

HELD = {
    "recurrence": "`{what}` carries a value from one iteration to the next.",
    "time-stepping": "Each step starts from what the step before left in `{what}`.",
    "search": "The loop stops at the first hit, so later iterations depend on earlier ones.",
    "early-return": "The loop leaves the function early, so later iterations depend on earlier ones.",
    "yield": "The loop hands out its values one by one.",
    "await": "The loop waits for asynchronous work.",
    "output": "The loop prints or logs (`{what}`), and the order of the lines matters.",
    "plotting": "The loop draws (`{what}`) into a picture that all iterations share.",
    "file-output": "The loop writes files (`{what}`).",
    "network": "The loop talks to something outside (`{what}`).",
    "process": "The loop starts processes or threads (`{what}`).",
    "outside": "The loop asks the user (`{what}`).",
    "clock": "The loop reads the clock (`{what}`).",
    "environment": "The loop depends on this process (`{what}`).",
    "identity": "The loop uses `{what}`, which differs between processes.",
    "dynamic-code": "The loop runs code that cannot be read before (`{what}`).",
    "shared-random-state": "All iterations draw from one random state: each draw depends on those before it.",
    "unknown-call": "Nothing is known about `{what}`: it may keep something between calls.",
    "unknown-iterable": "Nothing is known about `{what}`, which the loop walks over.",
    "unknown-object": "It cannot be seen what `{what}` is that the loop writes to.",
    "unknown-statement": "The loop uses a statement that is not understood ({what}).",
    "global-state": "A function that the loop calls, or the loop itself, changes `{what}`, which all share.",
    "mutable-default": "A function keeps something in {what}, which all its calls share.",
    "stateful-call": "A call changes `{what}`, and the next iteration finds it changed.",
    "in-place-change": "The loop changes `{what}` in place, and the next iteration finds it changed.",
    "same-slot": "Every iteration writes the same place of `{what}`.",
    "indirect-write": "Where `{what}` is written comes from data: two iterations may write the same place.",
    "overlapping-write": "The iterations write parts of `{what}` that overlap.",
    "first-wins": "Whether `{what}` is written depends on what earlier iterations wrote.",
    "aliasing": "What the loop writes and what it reads may be the same object under two names.",
    "grows-iterated": "The loop grows `{what}` while it walks over it.",
    "one-shot-iterator": "`{what}` can be walked over only once, in one place.",
    "lazy-generator": "This generator runs only when its values are asked for.",
    "late-binding": "A function that is kept uses `{what}` later, when the loop has given it another value.",
    "context-manager": "Nothing is known about what `with {what}` does before and after.",
    "operator": "`{what}`, which an operator here runs, keeps something between calls.",
    "property": "Setting `{what}` runs code of the class.",
    "odd-target": "The loop variable is a place in an object, not a name.",
    "too-complex": "The loop calls more code than can be looked through.",
}


def explain(found: Judgement) -> tuple[str, str]:
    """(message, witness) of a judgement."""
    if not found.reason:
        return PARALLEL.get(found.kind, PARALLEL["map"]), ""
    what = found.what or (found.first.root.label if found.first is not None else "") or "it"
    message = HELD.get(found.reason, "The iterations may need each other ({what}).").format(what=what)
    return message, witness(found, what)


def witness(found: Judgement, what: str) -> str:
    """Two iterations, as an example of what goes wrong."""
    line = getattr(found.node, "lineno", found.loop.lineno)
    match found.reason:
        case "recurrence" | "time-stepping" if found.second is None:
            return f"iteration 2 reads `{what}` (line {line}) as iteration 1 left it"
        case "recurrence" if found.second is not None and found.first is not None:
            return _pair(found, found.first, found.second)
        case "search" | "early-return":
            return f"if iteration 2 leaves the loop (line {line}), iteration 3 must not happen"
        case "shared-random-state":
            return f"iteration 2 draws the number that comes after those of iteration 1 (line {line})"
        case "same-slot" | "indirect-write" | "overlapping-write":
            return f"iterations 1 and 2 may both write {_place(found.first)} (line {line})"
        case "one-shot-iterator":
            return f"what iteration 1 took from `{what}` is gone for iteration 2"
        case "grows-iterated":
            return f"iteration 1 appends to `{what}` (line {line}), and a later iteration walks over it"
        case "in-place-change" | "stateful-call" | "global-state" | "first-wins" | "mutable-default":
            return f"iteration 2 finds `{what}` as iteration 1 left it (line {line})"
        case "aliasing" if found.first is not None and found.second is not None:
            read = _place(found.second)
            return f"iteration 1 writes {_place(found.first)}, which iteration 2 may read as {read}"
        case "output" | "file-output" | "plotting":
            return f"what iteration 2 puts out (line {line}) must come after that of iteration 1"
    return f"see line {line}"


def _pair(found: Judgement, written: Access, read: Access) -> str:
    distance = -found.distance
    writer, reader = 4, 4 + distance if distance > 0 else 5
    verb = "reads" if read.mode in READS else "changes"
    return (
        f"iteration {reader} {verb} {_place(read, reader)} (line {getattr(read.node, 'lineno', 0)}), "
        f"which iteration {writer} wrote as {_place(written, writer)}"
    )


def _place(access: Access | None, turn: int | None = None) -> str:
    if access is None:
        return "the same place"
    text = access.root.label or "an object"
    for step in access.path:
        match step.what:
            case "field":
                text += f".{step.text}"
            case "key":
                text += f"[{step.text}]"
            case "index":
                number = step.low.number if step.low is not None else None
                if step.low is not None and turn is not None and step.low.names == {"#0"}:
                    number = sum(times * (turn if names else 1) for names, times in step.low.terms)
                shown = str(number) if number is not None else step.text or "..."
                text += f"[{'...' if shown.startswith('#') else shown}]"
            case "span" | "any":
                text += "[...]"
    return text if isinstance(access.node, ast.AST) else "the same place"
