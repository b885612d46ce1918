"""Where GPUs are, and whether a job that asks for one sees it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from funicular.clusters import gpus as given
from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import Errand, Probe, Seen
from funicular.units import plural

NAME = "gpus"


@dataclass(frozen=True, slots=True)
class Devices:
    """nvidia: devices whose files are there.   amd: whether AMD's driver is.   of_job: given to this job."""

    nvidia: int = 0
    amd: bool = False
    of_job: tuple[str, ...] = ()


def gather(errand: Errand) -> Devices:
    """By their files alone: no driver is touched."""
    nvidia = [path for path in Path("/dev").glob("nvidia[0-9]*") if path.name[6:].isdecimal()]
    return Devices(len(nvidia), Path("/dev/kfd").exists(), given.of_job(os.environ))


def judge(seen: Seen[Devices]) -> Iterator[Finding]:
    """By queue, and on the node when the job had one."""
    place, node, trial = seen.place, seen.node, seen.trial
    if place.is_local:
        here = seen.here
        if here is not None and (here.nvidia or here.amd):
            vendor = plural(here.nvidia, "NVIDIA GPU") if here.nvidia else "an AMD GPU"
            yield Finding(
                NAME,
                State.NOTE,
                f"This machine has {vendor}.",
                "Jobs on this machine itself are given no GPU; the notebook can use it as ever.",
            )
        return
    having = [each for each in place.queues or () if each.gpus_per_node]
    if having:
        names = ", ".join(f"{each.name} ({each.gpus_per_node} a node)" for each in having)
        yield Finding(
            NAME, State.OK, f"GPUs are in: {names}.", "A wish such as %scale gpus=1 goes there by itself."
        )
    asked = next((each for each in having if trial and each.name == trial.queue and each.needs_gpu), None)
    if asked is None or node is None or trial is None:
        return
    if node.of_job:
        yield Finding(NAME, State.OK, f"The job got {plural(len(node.of_job), 'GPU')} on {trial.where}.")
    else:
        yield Finding(
            NAME,
            State.WARN,
            f"The job asked for a GPU, and {trial.where} names none for it.",
            "Workers would not know which one is theirs.",
            "Tell the support: a job with a GPU has neither CUDA_VISIBLE_DEVICES nor ROCR_VISIBLE_DEVICES.",
        )


def learn(seen: Seen[Devices]) -> Mapping[str, object]:
    """Whose GPUs they are in the queue that was visited."""
    if seen.node is None or seen.trial is None or not (seen.node.nvidia or seen.node.amd):
        return {}
    return {f"queue:{seen.trial.queue}.gpu_vendor": "nvidia" if seen.node.nvidia else "amd"}


probe = Probe("compute node", "GPUs", judge, Devices, gather, on_node=True, learn=learn)
