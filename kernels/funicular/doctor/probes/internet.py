"""Whether the internet can be reached, from here and from a compute node."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from funicular.doctor.finding import Finding, State
from funicular.doctor.probe import Errand, Probe, Seen

NAME = "internet"
PATIENCE_S = 4.0
LIMIT_S = 30.0  # where no name server answers, the system itself asks for so long


@dataclass(frozen=True, slots=True)
class Outside:
    """One call.   proxy: through which it went, if any.   why_not: the error; empty when it came through."""

    called: str
    proxy: str = ""
    why_not: str = ""


def gather(errand: Errand) -> Outside:
    """Open a connection to the outside, or to the proxy that is named for it. Nothing is sent."""
    host, port = (*errand.internet, "443")[:2]
    proxy = urlsplit(os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY") or "")
    target = (proxy.hostname, proxy.port or 3128) if proxy.hostname else (host, int(port))
    through = f"{target[0]}:{target[1]}" if proxy.hostname else ""
    try:
        socket.create_connection(target, timeout=PATIENCE_S).close()
    except OSError as error:
        return Outside(host, through, error.strerror or str(error) or type(error).__name__)
    return Outside(host, through)


def judge(seen: Seen[Outside]) -> Iterator[Finding]:
    """Where packages and data can be fetched."""
    if seen.here is not None:
        profile = seen.place.profile
        is_known = profile is not None and profile.network.login_to_internet in ("no", "some ports")
        yield (
            _known(_of(seen.here, "this machine", is_node=False))
            if is_known
            else _of(seen.here, "this machine", is_node=False)
        )
    if seen.node is not None and not seen.place.is_local:
        yield _of(seen.node, "compute nodes", is_node=True)


def _known(finding: Finding) -> Finding:
    """No news: the profile of this machine says so."""
    if finding.state is not State.WARN:
        return finding
    meaning = f"{finding.meaning} The profile of this machine says so too."
    return replace(finding, state=State.NOTE, meaning=meaning)


def _of(found: Outside, where: str, *, is_node: bool) -> Finding:
    if not found.why_not:
        through = f" through the proxy {found.proxy}" if found.proxy else ""
        meaning = (
            "Cells on workers can download." if is_node else "Packages and data can be fetched from here."
        )
        return Finding(NAME, State.OK, f"The internet is reached from {where}{through}.", meaning)
    tried = f"proxy {found.proxy}" if found.proxy else found.called
    if is_node:
        return Finding(
            NAME,
            State.NOTE,
            f"Compute nodes do not reach the internet ({tried}: {found.why_not}).",
            "That is usual. Work on the cluster cannot download data or models.",
            "Fetch what you need before, on a machine that reaches it, into a folder that nodes see.",
        )
    return Finding(
        NAME,
        State.WARN,
        f"The internet is not reached from here ({tried}: {found.why_not}).",
        "Packages cannot be installed from here as they are.",
        "Ask the support for a proxy (https_proxy) or a mirror, or bring packages as files.",
    )


def learn(seen: Seen[Outside]) -> Mapping[str, object]:
    """Yes where it came through. That one call fails is no proof of a no: some ports may be open."""
    found: dict[str, object] = {}
    if seen.here is not None and not seen.here.why_not and not seen.place.job:
        found["network.login_to_internet"] = "yes"
    if seen.node is not None and not seen.node.why_not:
        found["network.compute_to_internet"] = "yes"
    return found


probe = Probe("network", "The internet", judge, Outside, gather, on_node=True, limit_s=LIMIT_S, learn=learn)
