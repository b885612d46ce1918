"""Which Funicular a server runs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import funicular


def test_about_says_version_session_and_site(ask: Callable[..., Any]) -> None:
    """The version is the installed one; the session is the one kernels inherit."""
    answer = ask("GET", "api/about")

    assert answer.body == {
        "version": funicular.__version__,
        "session": os.environ["FUNICULAR_SESSION"],
        "site": "local",
    }
    assert re.fullmatch(r"lab-[0-9a-f]{6}", answer.body["session"])
