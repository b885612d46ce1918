"""Where the time of a cell or a script went, and what it used; measured by a thin sampler of our own."""
