"""What people write after ``%scale``."""

from __future__ import annotations

import pytest

from funicular.kernel.wish_text import UnreadableScale, parse_wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("4 nodes 1 h", {"nodes": 4, "hours": 1.0}),
        ("4 nodes, 30 min", {"nodes": 4, "hours": 0.5}),
        ("nodes=4 hours=1.5", {"nodes": 4, "hours": 1.5}),
        ("nodes = 4", {"nodes": 4}),
        ("1 node", {"nodes": 1}),
        ("16 cores 64 GB", {"cores": 16, "memory": "64 GB"}),
        ("cores=16 memory=64GB", {"cores": 16, "memory": "64GB"}),
        ("memory='64 GB'", {"memory": "64GB"}),
        ("2 gpus queue=gpu account=phy123", {"gpus": 2, "queue": "gpu", "account": "phy123"}),
        ("4 nodes budget=10", {"nodes": 4, "budget": "10"}),
        ("4 nodes budget 10 core-h", {"nodes": 4, "budget": "10 core-h"}),
        ("nodes=4 budget='2 node-h' hours=1", {"nodes": 4, "budget": "2 node-h", "hours": 1.0}),
        ("budget=2gpu-h 2 gpus", {"budget": "2gpu-h", "gpus": 2}),
        ("2nodes 2h queue cpu", {"nodes": 2, "hours": 2.0, "queue": "cpu"}),
    ],
)
def test_words_become_a_wish(text: str, wish: dict[str, object]) -> None:
    """Numbers with units in any order, names with a sign of equality."""
    assert parse_wish(text) == wish


@pytest.mark.parametrize(
    "text", ["four nodes", "4", "4 apples", "nodes=many", "colour=red", "4 nodes 5 nodes", "nodes="]
)
def test_what_cannot_be_meant_is_refused(text: str) -> None:
    """No guessing: the word is named, and what may be written."""
    with pytest.raises(UnreadableScale, match="%scale cannot read"):
        parse_wish(text)
