"""The parts of the server that handlers reach, made once for each server."""

from __future__ import annotations

from dataclasses import dataclass

from funicular_lab.clusters import Clusters
from funicular_lab.jobs import Jobs
from funicular_lab.ledger import Ledger
from funicular_lab.site import Site

SETTING = "funicular_parts"  # where handlers find them in the web application's settings


@dataclass(frozen=True, slots=True)
class Parts:
    """clusters: this user's.   site: the machine's scheduler.   jobs, ledger: this user's there."""

    clusters: Clusters
    site: Site
    jobs: Jobs
    ledger: Ledger


def make_parts(session: str) -> Parts:
    """The parts of a server whose kernels share the clusters of this name."""
    site = Site()
    return Parts(Clusters(session), site, Jobs(site), Ledger())
