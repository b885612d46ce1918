"""What a job's script begins with: first line, what a known site needs, an admin's and the user's lines.

Pure. The user's own lines come last, so they win; a comment says which lines are whose.
"""

from __future__ import annotations

import re
import shlex

from funicular.schedulers.base import JobSpec, Preamble, SubmitRefused
from funicular.schedulers.spelling import VARIABLE

SHEBANG = "#!/bin/bash"
_SHEBANG = re.compile(r"#!/[A-Za-z0-9_./-]+( -?[A-Za-z0-9_-]+)*")
_MODULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+/@-]{0,199}")
_REFERENCE = re.compile(r"(\$[A-Za-z_][A-Za-z0-9_]*)")


def shebang(spec: JobSpec) -> str:
    """The script's first line. Raises ``SubmitRefused``."""
    said = spec.asking.preamble.shebang or SHEBANG
    if not _SHEBANG.fullmatch(said):
        raise _refused("the first line of a script", said)
    return said


def lines(spec: JobSpec) -> list[str]:
    """All that is run before the job's command, in this order. Raises ``SubmitRefused``."""
    said = site_lines(spec.asking.preamble)
    if said and spec.setup:
        said.append("# From jobqueue.yaml and the administrators' rules:")
    return [*said, *spec.setup]


def site_lines(preamble: Preamble) -> list[str]:
    """What the site needs: variables gone, variables set, modules loaded that are not there yet."""
    said = [f"unset {_checked(VARIABLE, name, 'a variable')}" for name in preamble.unset]
    for setting in preamble.environment:
        name, _, value = setting.partition("=")
        said.append(f"export {_checked(VARIABLE, name, 'a variable')}={quoted(value)}")
    for module in preamble.modules:
        name = _checked(_MODULE, module, "a module")
        said.append(f'case ":${{LOADEDMODULES:-}}:" in *:{name}:*) ;; *) module load {name} ;; esac')
    return [f"# From {' '.join(preamble.source.split())}:", *said] if said else []


def quoted(value: str) -> str:
    """The value as bash takes it literally, but for ``$NAME`` in it, which is that variable's value."""
    parts = _REFERENCE.split(value)
    return (
        "".join(f'"{part}"' if n % 2 else shlex.quote(part) for n, part in enumerate(parts) if part) or "''"
    )


def _checked(form: re.Pattern[str], name: str, what: str) -> str:
    if not form.fullmatch(name):
        raise _refused(f"the name of {what}", name)
    return name


def _refused(what: str, said: str) -> SubmitRefused:
    return SubmitRefused(
        f"{said!r} cannot be {what}.",
        why="It comes from the profile of this site, and would be more than that in a job's script.",
        next_step="Mend the profile: funicular sites show prints it.",
    )
