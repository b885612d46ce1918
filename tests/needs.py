"""What a test does where a real part is missing: skipped at home with the reason, failed in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def is_missing(part: str) -> NoReturn:
    """End this test, because ``part`` (a sentence) is not here."""
    if os.environ.get("CI"):
        pytest.fail(f"In CI nothing is skipped: {part}")
    pytest.skip(part)
