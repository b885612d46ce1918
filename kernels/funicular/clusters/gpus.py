"""Which GPUs a job has on its node, and one for each worker. Nothing here touches a driver."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

VARIABLES = ("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES")  # NVIDIA's and AMD's
_DRIVERS = ("libcuda.so", "libcudart", "libamdhip64", "libhsa-runtime64")


def of_job(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The GPUs that the scheduler gave this job on this node, as the driver names them."""
    for name in VARIABLES:
        if given := environ.get(name, "").strip():
            return tuple(part.strip() for part in given.split(",") if part.strip())
    return ()


def share(gpus: tuple[str, ...], workers: int) -> tuple[str | None, ...]:
    """A GPU for each worker; with more workers than GPUs they take turns, without any nobody has one."""
    return tuple(gpus[slot % len(gpus)] if gpus else None for slot in range(workers))


def driver_is_loaded() -> bool:
    """Whether a GPU library is in this process: then it must not fork."""
    try:
        maps = Path("/proc/self/maps").read_text()
    except OSError:
        return False
    return any(driver in maps for driver in _DRIVERS)
