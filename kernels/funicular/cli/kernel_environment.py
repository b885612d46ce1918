"""Which variables a kernel needs so that its environment works from a Jupyter of another one. Pure.

A Python from a module finds its libraries by ``LD_LIBRARY_PATH``; a shell command in a notebook finds the
environment's programs by ``PATH``. Whoever installs the kernel has them set; the Jupyter server does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_ENVIRONMENT = re.compile(r"VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV")
_MODULES = re.compile(
    r"LOADEDMODULES|_LMFILES_|MODULEPATH|LD_LIBRARY_PATH|PYTHONPATH|EBROOT\w+|EBVERSION\w+|CUDA_(HOME|PATH)"
)


def kernel_environment(environ: Mapping[str, str], prefix: str) -> dict[str, str]:
    """What ``kernel.json`` sets for the kernel of the environment at ``prefix``.

    ``${PATH}`` in it is the Jupyter server's own, put in when the kernel starts. Loaded modules are written
    down as they are now.
    """
    found = {"PATH": f"{prefix}/bin:${{PATH}}"}
    is_active = prefix in (environ.get("VIRTUAL_ENV"), environ.get("CONDA_PREFIX"))
    for name, value in environ.items():
        is_ours = is_active and _ENVIRONMENT.fullmatch(name)
        is_module = environ.get("LOADEDMODULES") and _MODULES.fullmatch(name)
        if value and (is_ours or is_module):
            found[name] = value.replace("$", "$$")
    return found
