"""What could be changed so that a held loop may run in parallel, by the reason that the engine gives."""

from __future__ import annotations

ORDER = "If you need it for several starting values or parameters, the loop over those may run in parallel."
OWN = "Let each iteration make its own object, or take a copy of it, and keep what it computed."
UNKNOWN = "It could remember what it did before. If you know that it does not, use funicular.map(f, items)."
CHAIN = "It can run in parallel if each iteration computes from its own item alone: results.append(f(item))."

WORDS = {
    "recurrence": ORDER,
    "time-stepping": ORDER,
    "same-slot": "Only the last value stays. To keep one for each iteration: results.append(...).",
    "indirect-write": "Return what belongs where, and write it after the loop, or group by the place first.",
    "overlapping-write": "Let each iteration write a part of its own.",
    "first-wins": "Collect what all iterations find, and pick the first after the loop.",
    "search": "If all iterations may be computed, collect all results and pick the first after the loop.",
    "early-return": "Collect all results, and return the first that fits after the loop.",
    "yield": "Collect the results in a list and hand them out after the loop.",
    "lazy-generator": "Make a list of it, [...] instead of (...), where it is needed as a whole.",
    "one-shot-iterator": "Make a list of it before the loop: list(...).",
    "output": "Return what you want to print, and print it after the loop.",
    "plotting": "Compute in one loop and draw in a second one: figures belong to this process.",
    "file-output": "Return what is to be written, and write it after the loop; or give each its own file.",
    "network": "Fetch first, then compute in a second loop; that one may run in parallel.",
    "process": "Let the loop compute only; funicular.map takes care of the processes.",
    "outside": "Ask before the loop.",
    "clock": "Measure around the loop, not inside.",
    "environment": "Read it once before the loop and hand the value in.",
    "identity": "Use a value of your own (a name, a number) instead.",
    "dynamic-code": "Call a function by its name instead of running text.",
    "shared-random-state": "Give each iteration a stream of its own: np.random.default_rng(seed), seeds from "
    "np.random.SeedSequence(...).spawn(n).",
    "unknown-call": UNKNOWN,
    "unknown-iterable": "If it is a list, or can be walked over again like one: funicular.map(f, items).",
    "unknown-object": OWN,
    "global-state": "Let the function take what it needs as arguments and return what it makes.",
    "mutable-default": "Give the argument None as default and make a new list in the function.",
    "stateful-call": OWN,
    "in-place-change": OWN,
    "aliasing": "Write into a new array or list.",
    "grows-iterated": "Walk over a copy, and collect what is new in another list.",
    "late-binding": "Hand the value in where the function is made: lambda x, i=i: ...",
    "context-manager": "Put the with inside of a function that computes one item.",
    "operator": OWN,
    "property": OWN,
    "odd-target": "Give the iterations a plain name: for item in ...",
    "too-complex": UNKNOWN,
}


def instead(reason: str) -> str:
    """What to do, for a reason's code; for one that has no words yet, what always helps."""
    return WORDS.get(reason, CHAIN)
