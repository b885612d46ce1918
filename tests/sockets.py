"""Which TCP ports a process listens on, whatever network namespace it is in. Source: proc(5)."""

from __future__ import annotations

import os
import socket
import struct

LISTEN = "0A"


def listening(pid: int) -> set[tuple[str, int]]:
    """(address, port) of every listening TCP socket of the process; empty when it is gone."""
    found = set()
    try:
        own = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
        for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
            with open(f"/proc/{pid}/net/{table}") as lines:
                next(lines)
                for fields in map(str.split, lines):
                    if fields[3] == LISTEN and f"socket:[{fields[9]}]" in own:
                        address, _, port = fields[1].partition(":")
                        found.add((_readable(address, family), int(port, 16)))
    except OSError:
        return set()
    return found


def _readable(address: str, family: socket.AddressFamily) -> str:
    words = struct.unpack(f"={len(address) // 8}I", bytes.fromhex(address))
    return socket.inet_ntop(family, struct.pack(f">{len(words)}I", *words))
