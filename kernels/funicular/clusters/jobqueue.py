"""What a site or a user has written into ``jobqueue.yaml`` for dask-jobqueue stays in force here.

Read through Dask's configuration (``/etc/dask``, ``~/.config/dask``): queue, account, walltime, lines to
run first, and extra options for the scheduler. An admin's or the user's own words: they may become lines
of a job script; nothing from a wish ever does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from funicular.messages import Wish


@dataclass(frozen=True, slots=True)
class SiteDefaults:
    """``jobqueue.<scheduler>`` as far as it is ours to use.

    setup: shell lines run first in every job.   directives: options such as ``--reservation=course``.
    """

    queue: str | None = None
    account: str | None = None
    hours: float | None = None
    setup: tuple[str, ...] = ()
    directives: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def after(self, prologue: tuple[str, ...]) -> SiteDefaults:
        """The same with an administrator's lines run before the user's."""
        return replace(self, setup=(*prologue, *self.setup))

    def fill(self, wish: Wish) -> Wish:
        """The wish with the site's defaults where it is silent."""
        return replace(
            wish,
            queue=wish.queue or self.queue,
            account=wish.account or self.account,
            hours=wish.hours if wish.hours is not None or wish.is_empty else self.hours,
        )


def read_defaults(scheduler: str) -> SiteDefaults:
    """The defaults for this scheduler from Dask's configuration files."""
    import dask.config

    return defaults_from(dask.config.get(f"jobqueue.{scheduler}", None) or {})


def defaults_from(section: Mapping[str, Any]) -> SiteDefaults:
    """The defaults in one ``jobqueue.<scheduler>`` section; old names of dask-jobqueue are known."""

    def first(*names: str) -> Any:
        return next((section[name] for name in names if section.get(name) not in (None, "", [])), None)

    return SiteDefaults(
        queue=first("queue"),
        account=first("account", "project"),
        hours=_hours(first("walltime")),
        setup=tuple(str(line) for line in first("job-script-prologue", "env-extra") or ()),
        directives=tuple(str(line) for line in first("job-extra-directives", "job-extra") or ()),
        skip=tuple(str(line) for line in first("job-directives-skip", "header-skip") or ()),
    )


def _hours(walltime: Any) -> float | None:
    """``"01:30:00"`` and ``"1-00:00:00"`` as hours; YAML reads an unquoted ``1:30:00`` as seconds."""
    if walltime is None:
        return None
    if isinstance(walltime, int | float):
        return walltime / 3600
    days, _, rest = str(walltime).rpartition("-")
    parts = [float(part) for part in rest.split(":")]
    parts = [*parts, 0.0, 0.0][:3] if days else [0.0] * (3 - len(parts)) + parts
    return (float(days or 0) * 24) + parts[0] + parts[1] / 60 + parts[2] / 3600
