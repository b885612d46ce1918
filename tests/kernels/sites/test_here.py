"""What is known of this machine beyond what its scheduler says."""

from __future__ import annotations

from funicular.schedulers.local import LocalScheduler
from funicular.sites.here import may_forbid_servers, no_servers


class Slurm:
    """A scheduler that says what its machine is called."""

    name = "slurm"

    def cluster_name(self) -> str | None:
        return "nobody-knows-it"


def test_a_site_that_forbids_servers_on_login_nodes_is_named_with_why_it_is_this_one(tmp_path):
    """By its profile; a site whose profile is silent, an unknown one and this machine forbid nothing."""
    nowhere = {"XDG_CONFIG_HOME": str(tmp_path)}
    said = no_servers(Slurm(), {**nowhere, "FUNICULAR_PROFILE": "discoverer"})

    assert "forbid servers" in said
    assert "FUNICULAR_PROFILE says so" in said
    assert no_servers(Slurm(), {**nowhere, "FUNICULAR_PROFILE": "marenostrum5"}) == ""
    assert no_servers(Slurm(), nowhere) == ""
    assert no_servers(LocalScheduler(), {**nowhere, "FUNICULAR_PROFILE": "discoverer"}) == ""


def test_an_ordinary_machine_need_not_be_asked(tmp_path):
    """Its name and environment say that no profile is of it; a user's word may be."""
    nowhere = {"XDG_CONFIG_HOME": str(tmp_path)}

    assert not may_forbid_servers(nowhere)
    assert may_forbid_servers({**nowhere, "FUNICULAR_PROFILE": "discoverer"})
