"""One file a question to the machine: a pure judge, and a thin rim that gathers what it judges."""
