"""The shipped catalogue holds what it promises, and files of the user's go before it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from funicular.sites import glance
from funicular.sites.known import UnknownSite, profile, profiles
from funicular.sites.profile_file import ProfileBroken
from tests.kernels.sites.test_profile_file import SMALL

IN_SERVICE = {
    "arrhenius", "deucalion", "discoverer", "discoverer-plus", "helios", "jean-zay", "jupiter",
    "karolina", "leonardo", "lumi", "marenostrum5", "meluxina", "vega",
}  # fmt: skip


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A home of its own, and no administrators."""
    monkeypatch.setattr(glance, "SYSTEM_FOLDER", tmp_path / "etc")
    return {"HOME": str(tmp_path)}


def test_thirteen_systems_are_in_service_and_seven_to_come(environ: dict[str, str]) -> None:
    """Twenty profiles; each with sources and the day of the last look."""
    found = profiles(environ)

    assert {each.id for each in found.values() if each.status.is_in_service} == IN_SERVICE
    assert len(found) == 20
    assert all(each.sources and each.last_verified for each in found.values())


def test_who_is_in_service_has_queues_with_nodes(environ: dict[str, str]) -> None:
    """A scheduler, what selects a queue, and for the usual queues what a node is."""
    for site in IN_SERVICE:
        found = profiles(environ)[site]

        assert found.scheduler is not None and found.scheduler.name == "slurm"
        assert found.scheduler.select_by
        assert [queue for queue in found.queues if queue.kind == "usual"], site


def test_login_hosts_are_full_names(environ: dict[str, str]) -> None:
    """A mere login01 is the name of many machines."""
    hosts = [host for each in profiles(environ).values() for host in each.access.login_hosts]

    assert [host for host in hosts if "." not in host] == []


def test_gpu_requests_can_be_filled_in(environ: dict[str, str]) -> None:
    """A template names the count and nothing else."""
    for found in profiles(environ).values():
        for node in found.node_types.values():
            if node.gpu_request:
                assert re.fullmatch(r"--[a-z-]+=(gpu:)?([a-z0-9_]+:)?7", node.gpu_request.format(n=7))


def test_examples_of_accounts_have_their_form(environ: dict[str, str]) -> None:
    """What is shown to a newcomer as an account would be taken for one."""
    for found in profiles(environ).values():
        if found.account.form:
            assert re.fullmatch(found.account.form, found.account.example), found.id


@pytest.mark.parametrize(
    ("site", "fact"),
    [
        ("marenostrum5", lambda p: p.node_types["acc"].memory_mode == "follows cpus"),
        ("marenostrum5", lambda p: p.job_script.skip == ("--mem",)),
        ("marenostrum5", lambda p: p.node_types["acc"].cpus_per_gpu == 20),
        ("vega", lambda p: p.node_types["cpu"].cpus_are_threads),
        ("vega", lambda p: p.node_types["gpu"].gpu_is_needed),
        ("karolina", lambda p: p.node_types["qgpu"].gpu_request == "--gpus={n}"),
        ("karolina", lambda p: p.queues[0].sharing == "whole nodes"),
        ("lumi", lambda p: p.node_types["standard-g"].gpus == 8),
        ("jean-zay", lambda p: p.scheduler.default_walltime == 600),
        ("jupiter", lambda p: p.access.login_arch == "aarch64"),
        ("deucalion", lambda p: {n.arch for n in p.node_types.values()} == {"aarch64", "x86_64"}),
        ("discoverer-plus", lambda p: p.controller_placement == "block"),
        ("meluxina", lambda p: p.access.port == 8822),
        ("leonardo", lambda p: next(q for q in p.queues if q.qos == "boost_qos_bprod").min_nodes == 65),
        ("daedalus", lambda p: "72" in p.node_types["cpu"].virtual_of),
    ],
)
def test_what_differs_in_practice_is_expressed(site, fact, environ: dict[str, str]) -> None:
    """The peculiarities on which a job is refused are facts, not notes."""
    assert fact(profiles(environ)[site])


def test_a_file_of_the_users_goes_before(environ: dict[str, str], tmp_path: Path) -> None:
    """The user's before the administrators', and both before what was shipped."""
    mine, theirs = tmp_path / ".config/funicular/sites", tmp_path / "etc"
    for folder, name in ((theirs, "Theirs"), (mine, "Mine")):
        folder.mkdir(parents=True)
        (folder / "any.yaml").write_text(SMALL.replace("id: hill", "id: lumi").replace("Hill", name))
        assert profile("LUMI", environ).name == name


def test_a_broken_file_is_named(environ: dict[str, str], tmp_path: Path) -> None:
    """Whoever wrote it finds it."""
    folder = tmp_path / ".config/funicular/sites"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("id: 3\n")

    with pytest.raises(ProfileBroken, match=r"sites/mine\.yaml"):
        profiles(environ)


def test_an_unknown_site_lists_the_known(environ: dict[str, str]) -> None:
    """With how to describe a new one."""
    with pytest.raises(UnknownSite, match="'olympus'") as caught:
        profile("olympus", environ)

    assert "lumi" in caught.value.why
    assert "funicular sites new" in caught.value.next_step
