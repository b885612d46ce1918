"""``funicular doctor``: looks at the machine it runs on and says what that means for notebooks.

A probe is a file in ``probes/``; it is found by being there. See ``probe.py``.
"""
