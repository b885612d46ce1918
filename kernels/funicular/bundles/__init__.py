"""Wheelhouses: all that an environment needs, in one place, for machines without internet."""
