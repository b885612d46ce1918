"""What the administrators of a site have laid down in ``/etc/funicular/policy.yaml``, for all its users.

It guides those who do not choose; it is no lock: who can submit jobs by hand can do without Funicular.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from funicular.errors import FunicularError
from funicular.schedulers.base import Queue
from funicular.sites.detect import LOCAL

PATH = "/etc/funicular/policy.yaml"


class PolicyBroken(FunicularError):
    """The site's policy file cannot be read, or says something that it cannot say."""

    code = "policy-broken"


@dataclass(frozen=True, slots=True)
class Policy:
    """The site's own rules. ``None`` and empty: nothing is laid down.

    controller_placement: where a cluster's controller runs, ``notebook`` (beside it) or ``block`` (inside
    the first job: login nodes forbid servers).   prologue: shell lines run first in every job.
    contact: whom to ask.   cell_monitor: whether notebooks measure their cells.   source: the file.
    """

    maximum_nodes: int | None = None
    default_account: str | None = None
    default_queue: str | None = None
    controller_placement: str | None = None
    prologue: tuple[str, ...] = ()
    contact: str = ""
    cell_monitor: bool = True
    source: str = PATH

    def order(self, queues: tuple[Queue, ...]) -> tuple[Queue, ...]:
        """The queues with this site's default one first; one that the user does not have changes nothing."""
        named = {queue.name for queue in queues if self.default_queue == queue.name}
        named = named or {queue.name for queue in queues if self.default_queue == queue.partition}
        if self.default_queue is None or not named:
            return queues
        first = next(queue.name for queue in queues if queue.name in named)
        marked = [replace(queue, is_default=queue.name == first) for queue in queues]
        return tuple(sorted(marked, key=lambda queue: not queue.is_default))

    def of(self, field: str) -> str:
        """Who laid this down, for messages."""
        ask = f"; ask {self.contact}" if self.contact else ""
        return f"set by this site's administrators ({field} in {self.source}{ask})"


def read_policy(environ: Mapping[str, str] = os.environ) -> Policy:
    """The policy of this machine; an empty one where there is no file.

    ``FUNICULAR_POLICY`` names another file. Raises ``PolicyBroken`` with every line that is wrong.
    """
    path = Path(environ.get("FUNICULAR_POLICY") or PATH)
    try:
        found = path.stat()
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Policy()
    except (OSError, UnicodeError) as error:
        raise broken(path, [str(error)]) from error
    if found.st_uid not in (0, os.getuid()) or found.st_mode & 0o002:
        raise broken(path, ["somebody else may write to it, and its lines run in your jobs"])
    from funicular.sites.policy_file import parse_policy

    return parse_policy(text, path)


def policy_for(site: str, environ: Mapping[str, str] = os.environ) -> Policy:
    """The policy for a site; this machine by itself has none."""
    return Policy() if site == LOCAL else read_policy(environ)


def broken(path: Path, problems: list[str]) -> PolicyBroken:
    """The error that lists all that is wrong with this file."""
    return PolicyBroken(
        f"The policy file {path} of this site cannot be used.",
        why="\n".join(problems),
        next_step="Only its administrators can mend it: send them these lines. Nothing was started.",
    )
