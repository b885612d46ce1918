"""The words of a label: the kinds of loop that may run in parallel, and the hazards that forbid it."""

KINDS = {
    "map": "each iteration fills slots of its own: `out[i] = f(x[i])`",
    "append": "each iteration appends once or more to a list that nobody reads in the loop",
    "filter-append": "as append, under a condition that looks at this item alone",
    "dict": "each iteration writes under its own key, or what it writes does not depend on the others",
    "last-wins": "several iterations write one slot or key; the last of them stays, as in the serial loop",
    "shift": "reads slots that only later iterations write: right on copies, wrong on shared memory",
    "set": "each iteration adds to a set that nobody reads in the loop",
    "reduction": "an ordered reduction: `+=`, `*=`, `min`, `max`; the total is read nowhere in the loop",
    "argbest": "the best so far and what belongs to it, chosen by one comparison",
    "histogram": "counters and groups by key: `h[k] += v`, `groups[k].append(v)`",
    "nested": "an outer loop whose inner loops stay within the iteration",
    "comprehension": "a list, set or dict comprehension",
    "argument": "a generator that `sum`, `min`, `max`, `any`, `list`, `sorted`, ... eats whole",
    "rows": "a loop over the rows of a table",
    "read-files": "each iteration reads a file of its own",
}

DOES_NOT_PERMUTE = frozenset({"last-wins", "shift"})

HAZARDS = {
    "recurrence": "an iteration reads what an earlier one wrote",
    "time-step": "the same state is moved on from step to step",
    "stencil": "neighbours are read from the array that is being overwritten",
    "carried": "a plain variable brings a value to the next iteration",
    "reads-total": "the running total, or the container that grows, is looked at in the loop",
    "search": "`break`, `return` or `next` ends the loop where something is found",
    "random-state": "draws from one shared random state",
    "output": "prints, logs or writes a message",
    "plot": "draws into a shared figure",
    "writes-file": "writes, removes or renames files, or writes into an open one",
    "stateful-call": "calls something that remembers its calls",
    "one-shot": "what is walked can be walked once only, or is advanced in the body",
    "grows": "what is walked is changed in the body",
    "alias": "what is written is also read, under another name",
    "view": "what is written shares its memory with an array that is read",
    "global-state": "a called function changes a global or a nonlocal variable",
    "suspends": "`yield` or `await` in the body",
    "mutable-default": "a called function remembers in its default argument",
    "class-state": "an instance, a property or an operator of a class remembers",
    "shadowed": "a well-known name means something else here, and that remembers or acts",
    "order-of-keys": "which iteration comes first decides what is written",
    "clock": "reads the time",
}
