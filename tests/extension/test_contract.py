"""The values that cross to the browser, as TypeScript."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from funicular_lab import contract

GENERATED = Path(contract.__file__).parents[1] / "src" / "contract.gen.ts"


def test_the_file_is_up_to_date() -> None:
    """Python and TypeScript agree; else: python -m funicular_lab.contract > extension/src/contract.gen.ts"""
    assert contract.render() == GENERATED.read_text(encoding="utf-8")


def test_types_are_rendered() -> None:
    """Arrays, unions and tables have their TypeScript form."""
    assert contract.render_type(tuple[str, ...]) == "string[]"
    assert contract.render_type(int | None) == "number | null"
    assert contract.render_type(Any) == "unknown"
    assert contract.render_type(Mapping[str, float]) == "Record<string, number>"


def test_an_unknown_type_is_an_error() -> None:
    """What has no form is refused, not guessed."""
    with pytest.raises(TypeError, match="no TypeScript form"):
        contract.render_type(complex)
