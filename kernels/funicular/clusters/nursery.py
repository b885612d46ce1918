"""A node's zygote as its agent sees it: started, told what to do, heard, and ended with all its children."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from typing import Any

from funicular.clusters.link import Message

_BLAS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
PINNED = dict.fromkeys(_BLAS, "1") | {
    "MALLOC_TRIM_THRESHOLD_": "65536",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # else importing pyarrow starts a thread
}


class Nursery:
    """The process that forks this node's workers."""

    async def start(self) -> None:
        """Start it; orders may be given at once."""
        ours, theirs = socket.socketpair()
        self._zygote = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "funicular.clusters.zygote",
            str(theirs.fileno()),
            pass_fds=[theirs.fileno()],
            env=os.environ | PINNED,
            stdin=asyncio.subprocess.DEVNULL,
        )
        theirs.close()
        self._from_zygote, self._to_zygote = await asyncio.open_connection(sock=ours, limit=2**20)

    @property
    def pid(self) -> int:
        return self._zygote.pid

    def order(self, **order: Any) -> None:
        """Tell it what to do."""
        self._to_zygote.write(json.dumps(order).encode() + b"\n")

    async def messages(self) -> AsyncIterator[Message]:
        """What it did; ends when it is gone."""
        while text := await self._from_zygote.readline():
            yield json.loads(text)

    async def gone(self) -> int:
        """Its exit code, negative for a signal, once it has ended."""
        code = await self._zygote.wait()
        self._to_zygote.close()
        return code

    async def end(self) -> None:
        """End it, and with it the workers."""
        with contextlib.suppress(OSError):
            self.order(do="end")
        try:
            await asyncio.wait_for(self._zygote.wait(), 2)
        except TimeoutError:
            self._zygote.kill()
        self._to_zygote.close()


def how_it_ended(code: int, oom: str) -> str:
    """An exit code in words.   oom: what the kernel says of its out-of-memory killer, if it was that."""
    if code == -signal.SIGKILL and oom:
        return f"was ended by the kernel's out-of-memory killer ({oom})"
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
