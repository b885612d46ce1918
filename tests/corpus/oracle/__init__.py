"""Runs a loop serially, permuted, and isolated and merged, and says whether the outcome is the same."""

from tests.corpus.oracle.observe import Observation, OracleError, observe

__all__ = ["Observation", "OracleError", "observe"]
