"""Bundles of tiny wheels."""

from __future__ import annotations

from pathlib import Path

import pytest

from funicular.bundles.manifest import MANIFEST, WHEELS, render
from funicular.bundles.target import Target
from tests.kernels.bundles.tiny import manifest_of, write_wheel
from tests.kernels.cli.conftest import funicular as command  # noqa: F401 (fixtures)
from tests.kernels.cli.conftest import index, only_index, own_wheel  # noqa: F401


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A bundle of two wheels, as a folder."""
    folder = tmp_path / "small bundle"
    (folder / WHEELS).mkdir(parents=True)
    wheels = [write_wheel(folder / WHEELS, name, "1.0") for name in ("tiny", "other")]
    manifest = manifest_of(wheels, Target("3.12", "x86_64"))
    (folder / MANIFEST).write_text(render(manifest))
    return folder
