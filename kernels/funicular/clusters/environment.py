"""Which of the notebook's environment variables its workers get.

They travel over the agents' TLS line, never in a job's environment, which accounting may store.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# What belongs to one host, one job or one process, and what the agent sets itself.
_STAYS = re.compile(
    r"SLURM_\w+|SBATCH_\w+|SRUN_\w+|SLURMD_\w+|PMI\w*|PMIX_\w+|FUNICULAR_\w+|JPY_\w+|JUPYTER\w*_(TOKEN|SECRET)\w*"
    r"|JUPYTERHUB_\w+|SSH_\w+|DISPLAY|WAYLAND_DISPLAY|DBUS_\w+|XAUTHORITY|XDG_(RUNTIME_DIR|SESSION_\w+|SEAT|VTNR)"
    r"|TMPDIR|TMP|TEMP|TEMPDIR|HOSTNAME|HOST|PWD|OLDPWD|SHLVL|_|TERM\w*|COLUMNS|LINES|PYTHON(HASHSEED|STARTUP)"
    r"|(OMP|OPENBLAS|MKL|NUMEXPR)_NUM_THREADS|MALLOC_TRIM_THRESHOLD_|JE_ARROW_MALLOC_CONF"
    r"|CUDA_VISIBLE_DEVICES|ROCR_VISIBLE_DEVICES|HIP_VISIBLE_DEVICES|GPU_DEVICE_ORDINAL"
)


def for_workers(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of ``environ`` that a worker on another node should have too."""
    return {name: value for name, value in environ.items() if not _STAYS.fullmatch(name)}
