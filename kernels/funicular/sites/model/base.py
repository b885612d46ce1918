"""What all facts about a site share: fields that are known and no others, and how amounts are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from funicular.schedulers.slurm_units import parse_duration_s

Positive = Annotated[int, Field(ge=1)]
Gibibytes = Annotated[float, Field(gt=0)]
Reach = Literal["yes", "no", "some ports", "some nodes"]


def _seconds(text: object) -> float | None:
    """A walltime in Slurm's writing, which must be text: YAML reads 02:00:00 as a number."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError(f"{text!r} must be text in quotes, such as '24:00:00' or '2-00:00:00'")
    return parse_duration_s(text)


Walltime = Annotated[float, BeforeValidator(_seconds)]


class Facts(BaseModel):
    """Fields that are known, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)
