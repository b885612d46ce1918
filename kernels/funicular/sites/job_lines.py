"""What a known site needs in a job's script, from its profile. Pure.

Only what is sure: a fact that no source states, or about which sources disagree, stays out of people's jobs.
"""

from __future__ import annotations

from funicular.schedulers.base import Preamble
from funicular.sites.model import Profile


def preamble(profile: Profile, kind: str | None = None) -> Preamble:
    """For jobs on nodes of this kind (a key of ``node_types``); ``None``: for undescribed ones."""
    script = profile.job_script
    modules = [*_sure(profile, "software.pre_modules", profile.software.pre_modules)]
    if kind in profile.node_types:
        mine = profile.node_types[kind].pre_modules
        modules += _sure(profile, f"node_types.{kind}.pre_modules", mine)
    variables = {
        **_sure_settings(profile, "interconnect.environment", profile.interconnect.environment),
        **_sure_settings(profile, "job_script.environment", script.environment),
    }
    return Preamble(
        source=f"the profile of {profile.name} (funicular sites show {profile.id})",
        shebang=_shebang(profile),
        unset=_sure(profile, "job_script.unset", script.unset),
        environment=tuple(f"{name}={value}" for name, value in variables.items()),
        modules=tuple(dict.fromkeys(modules)),
    )


def _shebang(profile: Profile) -> str:
    """The first line; a login shell is one that was asked for by ``-l``."""
    first = profile.job_script.shebang if _is_sure(profile, "job_script.shebang") else "#!/bin/bash"
    wants_login = profile.job_script.login_shell and _is_sure(profile, "job_script.login_shell")
    return f"{first} -l" if wants_login and not first.endswith((" -l", " --login")) else first


def _sure(profile: Profile, path: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for n, each in enumerate(values) if _is_sure(profile, f"{path}.{n}"))


def _sure_settings(profile: Profile, path: str, values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if _is_sure(profile, f"{path}.{name}")}


def _is_sure(profile: Profile, path: str) -> bool:
    return not any(path == each or path.startswith(f"{each}.") for each in profile.unverified)
