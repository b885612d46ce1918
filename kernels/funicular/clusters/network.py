"""Addresses of this host that a compute node may reach. The node tries them in turn."""

from __future__ import annotations

import ipaddress
import socket


def own_addresses() -> tuple[str, ...]:
    """IPv4 addresses of the interfaces that are up, private ones first, loopback last."""
    import psutil

    states = psutil.net_if_stats()
    found = [
        address.address
        for name, addresses in psutil.net_if_addrs().items()
        if name in states and states[name].isup
        for address in addresses
        if address.family is socket.AF_INET
    ]
    return tuple(sorted(dict.fromkeys(found), key=_rank))


def _rank(address: str) -> tuple[bool, bool]:
    """Cluster networks are private; loopback is of use to nobody but this host."""
    ip = ipaddress.ip_address(address)
    return ip.is_loopback, not ip.is_private
