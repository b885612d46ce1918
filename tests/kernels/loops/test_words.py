"""What is said to the newcomer."""

from __future__ import annotations

import re
from pathlib import Path

from funicular.loops import judge, words

SOURCES = Path(words.__file__).parent


def test_a_recurrence_is_shown_with_two_iterations():
    """The witness names the slots of two iterations."""
    (verdict,) = judge(["a = [0] * 9\nfor i in range(1, 9):\n    a[i] = a[i - 1] + 1\n"])

    assert verdict.witness == "iteration 5 reads a[5] (line 3), which iteration 4 wrote as a[5]"


def test_a_carried_name_is_shown_with_its_line():
    """The witness names the variable and where it is read."""
    (verdict,) = judge(["p = 0\nfor x in [1, 2]:\n    y = x - p\n    p = x\n"])

    assert "`p`" in verdict.message
    assert verdict.witness == "iteration 2 reads `p` (line 3) as iteration 1 left it"


def test_every_reason_has_its_words():
    """No hazard that the engine can find is without a sentence."""
    used: set[str] = set()
    for path in SOURCES.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'hazard\(\s*"([a-z-]+)"', text)) | set(
            re.findall(r'reason="([a-z-]+)"', text)
        )

    assert used and used <= set(words.HELD)
