"""A replacement that stays away from a dead node is still submitted where too few nodes are left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from funicular.clusters.blocks import Blocks
from funicular.clusters.fleet import Block, Shape
from funicular.clusters.jobqueue import SiteDefaults
from funicular.schedulers.base import JobId, JobSpec, SubmitRefused

SHAPE = Shape(1, None, 0, 600, None, None, 1, 1)


class Small:
    """A scheduler with one node besides the dead one."""

    name = "small"

    def __init__(self) -> None:
        self.taken: list[JobSpec] = []

    def submit(self, spec: JobSpec) -> JobId:
        if spec.exclude and spec.nodes > 1:
            raise SubmitRefused(
                "sbatch did not take the job.", why="More processors requested than permitted"
            )
        self.taken.append(spec)
        return JobId("7")


@pytest.mark.parametrize(("nodes", "excluded"), [(1, ("n3",)), (2, ())])
def test_submitted_with_or_else_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nodes: int, excluded: tuple[str, ...]
) -> None:
    """The exclusion is a preference: a refusal because of it is not the user's problem."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    scheduler: Any = Small()
    blocks = Blocks(
        "a",
        scheduler,
        folder=tmp_path,
        python="python",
        drain=lambda block: None,  # type: ignore[arg-type, return-value]
        stop_agents=lambda block, why: None,
        idle_s=10,
        defaults=SiteDefaults(),
        tell=lambda obituary: None,
    )

    assert blocks._hand_over(Block("b2", nodes, SHAPE, exclude=("n3",))) == "7"
    assert [each.exclude for each in scheduler.taken] == [excluded]
