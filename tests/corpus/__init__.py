"""Loops that may and loops that must not run in parallel, and the oracle that tries them."""
