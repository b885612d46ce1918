"""The glance never overlooks a machine that the profiles recognise."""

from __future__ import annotations

from pathlib import Path

import pytest

from funicular.sites.glance import may_be_known
from funicular.sites.known import profiles
from funicular.sites.recognise import recognise
from tests.kernels.sites.test_profile_file import SMALL

HOME = {"HOME": "/nonexistent"}
KNOWN = profiles(HOME)
MACHINES = [
    *((login, None, {}) for each in KNOWN.values() for login in each.access.login_hosts),
    *(("node1", each.id.upper(), {}) for each in KNOWN.values()),
    *(("node1", None, dict(each.environment)) for each in KNOWN.values() if each.environment),
    ("login99.leonardo.cineca.it.", None, {}),
    ("node1", None, {"FUNICULAR_PROFILE": "lumi"}),
]


@pytest.mark.parametrize(("host", "cluster", "environ"), MACHINES)
def test_whoever_is_recognised_is_seen(host: str, cluster: str | None, environ: dict[str, str]) -> None:
    """By each login host, by the scheduler's name, by the environment, by the setting."""
    assert recognise(KNOWN.values(), host=host, environ=environ, cluster=cluster)
    assert may_be_known(host=host, cluster=cluster, environ=HOME | environ)


def test_an_ordinary_machine_is_not() -> None:
    """So that nothing is read there."""
    environ = HOME | {"PATH": "/usr/bin", "LANG": "C.UTF-8"}

    assert not may_be_known(host="node1", cluster="cluster", environ=environ)
    assert not may_be_known(host="login1.hpc.example.org", cluster=None, environ=environ)


def test_a_profile_of_the_users_is_read(tmp_path: Path) -> None:
    """It may describe any machine."""
    folder = tmp_path / ".config/funicular/sites"
    folder.mkdir(parents=True)
    (folder / "hill.yaml").write_text(SMALL)

    assert may_be_known(host="node1", cluster=None, environ={"HOME": str(tmp_path)})
