"""What could be changed so that a held loop may run in parallel, by the reason it is held for."""

from __future__ import annotations

# Words in a reason's code, and what to do; the first that fits is said.
WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("random",),
        "Give each iteration a random stream of its own: np.random.default_rng(seed) with seeds from "
        "np.random.SeedSequence(...).spawn(n).",
    ),
    (
        ("print",),
        "Return what you want to print, and print it after the loop.",
    ),
    (("plot", "draw"), "Compute in one loop, draw in a second one: figures belong to this process."),
    (
        ("file", "write-out", "io", "i-o", "output", "network"),
        "Return what is to be written and write it after the loop; or give each iteration a file of its own.",
    ),
    (
        ("search", "break", "early-exit", "exit"),
        "It stops at the first find. If all may be computed, collect all results and pick the first after "
        "the loop.",
    ),
    (
        ("unknown", "call", "stateful", "not-known"),
        "It calls something that could remember what it did before. If you know that it does not, call it "
        "for all items at once: funicular.map(f, items).",
    ),
    (
        ("iterator", "one-shot", "generator"),
        "What is looped over can be walked only once: make a list of it first.",
    ),
    (
        ("grow", "changes-iterable"),
        "It changes what it walks over. Walk over a copy, and collect changes in another list.",
    ),
    (
        ("alias", "view", "shared"),
        "What is written and what is read may be one object. Write into a new array or list.",
    ),
    (("global", "nonlocal"), "Let the function take what it needs as arguments and return what it makes."),
    (("yield", "await", "return"), "Collect the results in a list, and yield or return them after the loop."),
    (("shadow",), "A name of Python's own is used for something else; give that another name."),
    (
        ("recurrence", "carried", "stepping", "stencil", "depend"),
        "Each iteration needs the one before it. A loop around this one, over parameters or starting values, "
        "may run in parallel.",
    ),
)
OTHERWISE = (
    "Let each iteration compute its own result from its own item, and keep it with results.append(...)."
)


def instead(reason: str) -> str:
    """One or two sentences on what to do, for a reason's code."""
    parts = reason.split("-")
    for words, text in WORDS:
        if any(
            word in reason if "-" in word else any(part.startswith(word) for part in parts) for word in words
        ):
            return text
    return OTHERWISE
