"""Runs pip and other programs of a Python, their lines handed on as they come; none is left running."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence


def run_lines(
    command: Sequence[str],
    on_line: Callable[[str], None] = lambda line: None,
    *,
    environ: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Exit code, and all that it said (stderr included). It ends with us: Ctrl-C and errors end it too."""
    said = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=None if environ is None else dict(environ),
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                said.append(line)
                on_line(line.rstrip("\n"))
            code = process.wait()
        except BaseException:
            process.kill()
            raise
    return code, "".join(said)


def without_network(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for a pip that heeds no configuration: it asks no index and writes nowhere else."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("PIP_") and name not in ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")
    }
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "PYTHONNOUSERSITE": "1", "LC_ALL": "C.UTF-8"}


def why(said: str, code: int) -> str:
    """What a program said went wrong: from its first ERROR on, else its last lines."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("ERROR: Ignored the following ")]
    first = next((n for n, line in enumerate(lines) if line.startswith("ERROR:")), len(lines))
    told = [line.removeprefix("ERROR: ") for line in lines[first:][:5] or lines[-5:]]
    return "\n".join(_shortened(line) for line in told) or f"it ended with exit code {code}"


def package_in(line: str) -> str:
    """The package that pip says it turns to in this line, normalised; empty where it says none."""
    found = re.match(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9._-]+)", line)
    found = found or re.match(r"Processing (?:.*/)?([A-Za-z0-9._]+)-[^/]*\.whl", line)
    return re.sub(r"[-_.]+", "-", found[1]).lower() if found else ""


def _shortened(line: str) -> str:
    return line if len(line) <= 300 else f"{line[:297]}..."
