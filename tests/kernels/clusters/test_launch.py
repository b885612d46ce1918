"""Starting a controller: what stops it before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from funicular.clusters import launch, registry
from funicular.schedulers.settings import UnreadableSetting


@pytest.mark.parametrize("name", ["FUNICULAR_IDLE_S", "FUNICULAR_LEASE_S"])
@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf"])
def test_seconds_that_are_none_are_told(
    state_home: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    """The setting and its value are named, with one that would do; nothing is started."""
    monkeypatch.setenv(name, text)
    with pytest.raises(UnreadableSetting, match=name) as caught:
        launch.find_or_start("never", site="local")

    assert text in caught.value.what
    assert f"{name}=" in caught.value.next_step
    assert registry.entries() == ()
