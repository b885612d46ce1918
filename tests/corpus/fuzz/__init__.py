"""Random programs with loops, judged by the engine and tried by the oracle."""
